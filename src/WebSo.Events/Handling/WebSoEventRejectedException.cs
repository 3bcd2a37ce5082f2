namespace WebSo.Events;

/// <summary>
/// Thrown by a handler to reject an event. An inbox then moves the event to the dead letters without further attempts. Without an inbox,
/// the call is answered with 500, as for any other exception, because 200 would mean that the event was handled.
/// </summary>
/// <example><code>throw new WebSoEventRejectedException("The document is unknown.");</code></example>
public sealed class WebSoEventRejectedException : Exception
{
    /// <summary>Creates the exception with a default message.</summary>
    public WebSoEventRejectedException()
        : this("The handler rejected the event.")
    {
    }

    /// <summary>Creates the exception with a reason.</summary>
    /// <param name="message">The reason, which is stored with the dead letter.</param>
    public WebSoEventRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a reason and a cause.</summary>
    /// <param name="message">The reason, which is stored with the dead letter.</param>
    /// <param name="innerException">The cause.</param>
    public WebSoEventRejectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
