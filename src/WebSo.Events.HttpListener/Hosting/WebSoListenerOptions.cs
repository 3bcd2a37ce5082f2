namespace WebSo.Events;

/// <summary>The options of a listener. They are validated at start. Changes take effect at the next start.</summary>
public sealed class WebSoListenerOptions
{
    /// <summary>
    /// The URL prefixes to listen on, for example <c>http://localhost:8085/webso/events/</c>, with a slash at the end. A call to any path
    /// below a prefix is received if its Host header names the host of the prefix; the host <c>+</c> matches every name.
    /// </summary>
    /// <value>Default: the prefixes passed to <c>AddHttpListener</c>.</value>
    public IList<string> Prefixes { get; } = new List<string>();

    /// <summary>
    /// The maximum number of calls that are received at the same time, from 1 to 100000. A call counts from the start of its body until the
    /// handlers or the inbox have finished, and only if its credentials are valid. Calls above the limit are answered with 503 and
    /// <c>Retry-After</c>.
    /// </summary>
    /// <value>Default: 1000.</value>
    public int MaxConcurrentRequests { get; set; } = 1000;

    /// <summary>
    /// How long a stop waits for calls in progress, from zero to 1 hour. During that time, calls on open connections are still received and
    /// answered. After that, handlers are canceled and their connections are closed without a response. In a host,
    /// <c>HostOptions.ShutdownTimeout</c> also limits the time.
    /// </summary>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
