namespace WebSo.Events;

/// <summary>The options of an HttpListener. They are validated at start; a change takes effect at the next start.</summary>
public sealed class WebSoListenerOptions
{
    /// <summary>
    /// The URL prefixes to listen on, for example <c>http://localhost:8085/webso/events/</c>, with a slash at the end. A call to any path
    /// below a prefix is received if its Host header names the host of the prefix; the host <c>+</c> matches every name.
    /// </summary>
    /// <value>Default: those given to <c>AddHttpListener</c>.</value>
    public IList<string> Prefixes { get; } = new List<string>();

    /// <summary>
    /// How many calls are received at once, from reading the body until the handlers or the inbox have finished: from 1 to 100000. Further
    /// calls are answered with 503 and <c>Retry-After</c>. Only calls with valid credentials count.
    /// </summary>
    /// <value>Default: 1000.</value>
    public int MaxConcurrentRequests { get; set; } = 1000;

    /// <summary>
    /// How long a stop waits for calls to end, from zero to 1 hour. During that time, calls on open connections are still received and
    /// answered. Afterwards, handlers are canceled, and their connections are closed without an answer. In a host,
    /// <c>HostOptions.ShutdownTimeout</c> limits the time too.
    /// </summary>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
