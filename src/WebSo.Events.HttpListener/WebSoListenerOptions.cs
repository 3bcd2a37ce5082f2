namespace WebSo.Events;

/// <summary>The options of an HttpListener. Validated at start; a change takes effect at the next start.</summary>
public sealed class WebSoListenerOptions
{
    /// <summary>
    /// The prefixes of the URLs that are listened on, as <c>http://localhost:8085/webso/events/</c>: with a slash at the end, and
    /// <c>+</c> as host for every name of the machine. A call to any path below one is received.
    /// </summary>
    /// <value>Default: the one given to <c>AddHttpListener</c>.</value>
    public IList<string> Prefixes { get; } = new List<string>();

    /// <summary>How many calls are received at once: from 1 to 100000. One more is answered with 503 and <c>Retry-After</c>.</summary>
    /// <value>Default: 1000.</value>
    public int MaxConcurrentRequests { get; set; } = 1000;

    /// <summary>
    /// How long a stop waits for the calls under way, from zero to 1 hour. After it, their handlers are cancelled, and their connections
    /// are closed without an answer. The host's own limit, <c>HostOptions.ShutdownTimeout</c>, holds too.
    /// </summary>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
