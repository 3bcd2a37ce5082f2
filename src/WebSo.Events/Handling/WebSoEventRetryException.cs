namespace WebSo.Events;

/// <summary>
/// A handler throws it to be called again for the event after a pause of its choice. An inbox does so.
/// Without an inbox it is a failure as any other, answered with 500: the server's own settings say when it repeats.
/// </summary>
public sealed class WebSoEventRetryException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="delay">The pause; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pause is negative.</exception>
    public WebSoEventRetryException(TimeSpan delay)
        : this(delay, $"The handler asked to be called again after {delay}.")
    {
    }

    /// <summary>Creates the exception with a reason, which is kept as the event's last error, and its cause.</summary>
    /// <param name="delay">The pause; not negative.</param>
    /// <param name="message">The reason.</param>
    /// <param name="innerException">The cause; null where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pause is negative.</exception>
    public WebSoEventRetryException(TimeSpan delay, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(delay), delay, "The pause before a retry can't be negative.");

        Delay = delay;
    }

    /// <summary>The pause before the next attempt.</summary>
    public TimeSpan Delay { get; }
}
