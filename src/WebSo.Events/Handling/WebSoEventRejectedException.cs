namespace WebSo.Events;

/// <summary>
/// A handler throws it to say that the event must never be tried again. An inbox makes a dead letter of it.
/// Without an inbox it is a failure as any other, answered with 500: 200 would say that the event was handled.
/// </summary>
public sealed class WebSoEventRejectedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public WebSoEventRejectedException()
        : this("The handler rejected the event.")
    {
    }

    /// <summary>Creates the exception with a reason, which is kept with the dead letter.</summary>
    public WebSoEventRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a reason and its cause.</summary>
    public WebSoEventRejectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
