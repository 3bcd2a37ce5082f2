namespace WebSo.Events;

/// <summary>The options of a <see cref="WebSoEventSender"/>. They are read once, when it is created.</summary>
public sealed class WebSoEventSenderOptions
{
    /// <summary>The URL that is called in place of <c>webso_events_url</c>; a document's own CallbackUrl goes before both. Not set: that of the configuration.</summary>
    public string? Url { get; set; }

    /// <summary>What an unset <c>webso_events_retry</c> means.</summary>
    /// <value>Default: the older documentation, a repeat after 5000 ms, without end unless <c>webso_events_retries</c> is set.</value>
    public WebSoUnsetRetry UnsetRetry { get; set; }

    /// <summary>
    /// What sends the calls, for example the handler of a TestServer. It must follow no redirect itself, and is not disposed by the sender.
    /// Not set: sockets of its own, without proxy and cookies. As Java's HttpURLConnection does, they repeat a call once, at once, whose
    /// connection ends without an answer; a handler does not.
    /// </summary>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>
    /// Whether redirects are followed as HttpURLConnection of Java 17 does by default: 300 to 303 with GET, 307 with the same POST; never from
    /// http to https or back; at most 20 calls. See <see cref="WebSoDeliveryAttempt.IsLostByRedirect"/>.
    /// </summary>
    /// <value>Default: true.</value>
    public bool FollowRedirects { get; set; } = true;

    /// <summary>The clock by which repeats wait.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>How long an answer is waited for: from 1 ms to 24 hours. After it, the attempt has failed. The server's own limit is not documented.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The Content-Type of each call. Null: none is sent. The server's own is not documented.</summary>
    /// <value>Default: <c>application/x-www-form-urlencoded</c>, as a Java client sends that sets none.</value>
    public string? ContentType { get; set; } = "application/x-www-form-urlencoded";

    /// <summary>How many attempts the log keeps; beyond, the oldest go. 0: none.</summary>
    /// <value>Default: 100000.</value>
    public int LogCapacity { get; set; } = 100_000;

    /// <summary>Called after each attempt, from many threads, before a repeat waits. It must not throw: the sending would end with it. Not set: nothing is called.</summary>
    public Action<WebSoDeliveryAttempt>? OnAttempt { get; set; }

    /// <summary>What goes wrong on purpose.</summary>
    /// <value>Default: nothing.</value>
    public WebSoFaults Faults { get; set; }

    /// <summary>How likely each of <see cref="Faults"/> strikes an event: from 0 to 1.</summary>
    /// <value>Default: 0.1.</value>
    public double FaultRate { get; set; } = 0.1;

    /// <summary>Where faults strike follows from it: the same seed, with the same events of the same documents, strikes the same ones.</summary>
    /// <value>Default: 0.</value>
    public int Seed { get; set; }

    /// <summary>How long the body of a call with the fault <see cref="WebSoFaults.SlowRequest"/> takes: from 0 to 24 hours.</summary>
    /// <value>Default: 2 seconds.</value>
    public TimeSpan SlowRequestDuration { get; set; } = TimeSpan.FromSeconds(2);
}
