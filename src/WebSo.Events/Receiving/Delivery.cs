namespace WebSo.Events.Receiving;

/// <summary>A received call that passed authorization and the filter, with either its event or the error from reading it.</summary>
internal sealed class Delivery
{
    /// <summary>Creates a delivery of an event.</summary>
    public Delivery(WebSoEventContext context, WebSoEvent e)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(e);
        (Context, Event) = (context, e);
    }

    /// <summary>Creates a delivery with an unreadable body.</summary>
    public Delivery(WebSoEventContext context, FormatException error)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        (Context, Error) = (context, error);
    }

    /// <summary>The context, with the exact body.</summary>
    public WebSoEventContext Context { get; }

    /// <summary>The event. Null if the body can't be read.</summary>
    public WebSoEvent? Event { get; }

    /// <summary>The error from reading the body. Null if the event was read.</summary>
    public FormatException? Error { get; }
}
