namespace WebSo.Events;

/// <summary>
/// Thrown by a handler to retry an event after a specific delay. An inbox waits for the delay before the next attempt. Without an inbox,
/// the call is answered with 500, as for any other exception, and the settings of the server determine when it retries.
/// </summary>
/// <example><code>throw new WebSoEventRetryException(TimeSpan.FromMinutes(10));</code></example>
public sealed class WebSoEventRetryException : Exception
{
    /// <summary>Creates the exception with a default message.</summary>
    /// <param name="delay">The delay before the next attempt. It can't be negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public WebSoEventRetryException(TimeSpan delay)
        : this(delay, $"The handler requested a retry after {delay}.")
    {
    }

    /// <summary>Creates the exception with a reason and a cause.</summary>
    /// <param name="delay">The delay before the next attempt. It can't be negative.</param>
    /// <param name="message">The reason, which is stored as the last error of the event.</param>
    /// <param name="innerException">The cause, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public WebSoEventRetryException(TimeSpan delay, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        if (delay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(delay), delay, "The delay before a retry can't be negative.");

        Delay = delay;
    }

    /// <summary>Gets the delay before the next attempt.</summary>
    public TimeSpan Delay { get; }
}
