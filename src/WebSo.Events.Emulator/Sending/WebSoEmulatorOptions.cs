namespace WebSo.Events;

/// <summary>The options of a <see cref="WebSoEmulator"/> or a <see cref="WebSoEventSender"/>. They are read once, in the constructor.</summary>
public sealed class WebSoEmulatorOptions
{
    /// <summary>The generation of the server. It decides how retries and header settings of the config.ini are understood.</summary>
    /// <value>Default: <see cref="WebSoServerGeneration.Third"/>, the current one.</value>
    public WebSoServerGeneration Generation { get; set; } = WebSoServerGeneration.Third;

    /// <summary>The URL to call instead of <c>webso_events_url</c>. The CallbackUrl of a document takes precedence over both.</summary>
    /// <value>Default: null, which means the URL of the configuration.</value>
    public string? Url { get; set; }

    /// <summary>
    /// Sends the calls, for example the handler of a TestServer. The emulator does not dispose it. It must not follow redirects itself.
    /// </summary>
    /// <value>
    /// Default: null. The emulator then uses sockets of its own, without proxy and cookies. Like Java's HttpURLConnection, they repeat a call
    /// once, immediately, if its connection ends without a response. A handler does not.
    /// </value>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>
    /// Whether to follow redirects like HttpURLConnection of Java 17 does: 300 to 303 with GET, 307 with the same POST, never from http to https
    /// or back, at most 20 calls. See <see cref="WebSoDeliveryAttempt.IsLostByRedirect"/>.
    /// </summary>
    /// <value>Default: true.</value>
    public bool FollowRedirects { get; set; } = true;

    /// <summary>The clock for retry delays and timeouts.</summary>
    /// <value>Default: <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>How long to wait for a response, from 1 ms to 24 hours. After that, the attempt has failed. The server's own timeout is not documented.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The Content-Type of each call, or null to send none. The server's own is not documented.</summary>
    /// <value>Default: <c>application/x-www-form-urlencoded</c>, which a Java client sends if it sets none.</value>
    public string? ContentType { get; set; } = "application/x-www-form-urlencoded";

    /// <summary>How many attempts the delivery log keeps. When it is full, the oldest are dropped. 0 keeps none.</summary>
    /// <value>Default: 100,000.</value>
    public int LogCapacity { get; set; } = 100_000;

    /// <summary>Called after each attempt, before a retry waits. Calls can come from several threads. It must not throw: an exception ends the delivery.</summary>
    /// <value>Default: null.</value>
    public Action<WebSoDeliveryAttempt>? OnAttempt { get; set; }

    /// <summary>The faults to inject.</summary>
    /// <value>Default: <see cref="WebSoFaults.None"/>.</value>
    public WebSoFaults Faults { get; set; }

    /// <summary>The probability, from 0 to 1, that each of <see cref="Faults"/> affects an event.</summary>
    /// <value>Default: 0.1.</value>
    public double FaultRate { get; set; } = 0.1;

    /// <summary>The seed for faults. The same seed, events and documents give the same faults.</summary>
    /// <value>Default: 0.</value>
    public int Seed { get; set; }

    /// <summary>How long it takes to send a body with the fault <see cref="WebSoFaults.SlowRequest"/>, from 0 to 24 hours.</summary>
    /// <value>Default: 2 seconds.</value>
    public TimeSpan SlowRequestDuration { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether calls for different events of one document can overlap. If false, the next event of a document is sent only after the previous
    /// one was answered with 200 or given up. What the server does is not documented. <see cref="WebSoEventSender"/> ignores this option.
    /// </summary>
    /// <value>Default: true.</value>
    public bool OverlapCalls { get; set; } = true;

    /// <summary>
    /// The ID of the first document, at least 1. The following documents count up from it. A receiver with an inbox can take an event for a
    /// duplicate if an earlier run used the same IDs. <see cref="WebSoEventSender"/> ignores this option.
    /// </summary>
    /// <value>Default: 1.</value>
    public int FirstDocumentId { get; set; } = 1;
}
