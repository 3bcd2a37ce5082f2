namespace WebSo.Events.Receiving;

/// <summary>One received call that passed authorization and filter: its context, and either the event or the reason why it can't be read.</summary>
internal sealed class Delivery
{
    /// <summary>Creates a delivery of an event.</summary>
    public Delivery(WebSoEventContext context, WebSoEvent e)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(e);
        (Context, Event) = (context, e);
    }

    /// <summary>Creates a delivery whose body can't be read.</summary>
    public Delivery(WebSoEventContext context, WebSoEventFormatException error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        (Context, Error) = (context, error);
    }

    /// <summary>Where and when the call came, with the exact body.</summary>
    public WebSoEventContext Context { get; }

    /// <summary>The event; null where the body can't be read.</summary>
    public WebSoEvent? Event { get; }

    /// <summary>Why the body can't be read; null where it can.</summary>
    public WebSoEventFormatException? Error { get; }
}
