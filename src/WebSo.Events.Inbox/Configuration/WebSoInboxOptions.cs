namespace WebSo.Events;

/// <summary>
/// The options of an endpoint's inbox. Values come from the section <c>Inbox</c> of the endpoint's configuration section, for example
/// <c>WebSoEvents:Inbox</c>, and then from code. The options are validated when the host starts. Changes take effect at the next start.
/// </summary>
public sealed class WebSoInboxOptions
{
    /// <summary>
    /// If true, this process only receives, and another process on the same inbox handles (see <see cref="HandleOnly"/>). All events are
    /// stored as pending. The host does not start if a handler is registered, because the handler would never run.
    /// </summary>
    /// <value>Default: false.</value>
    public bool ReceiveOnly { get; set; }

    /// <summary>
    /// If true, this process only handles what another process on the same inbox receives (see <see cref="ReceiveOnly"/>). It needs handlers
    /// but no credentials, because it receives no calls. The host does not start if an endpoint is mapped.
    /// </summary>
    /// <value>Default: false. Can't be combined with <see cref="ReceiveOnly"/>.</value>
    public bool HandleOnly { get; set; }

    /// <summary>How long a call waits while the database can't be written. When the time has passed, the response is 503.</summary>
    /// <value>Default: 10 seconds. Range: 1 ms to 1 hour.</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after its last call the same event counts as a duplicate and is not handled again. With zero, no call is a duplicate.
    /// </summary>
    /// <value>
    /// Default: null, which means the larger of 60 seconds and three times <see cref="WebSoEventsOptions.ServerRetryDelay"/>, at most
    /// 24 hours. Range: zero to 24 hours.
    /// </value>
    /// <remarks>
    /// Only time in which a receiver is running counts. A second event with the same content within the window is also a duplicate. Set the
    /// window to more than the retry delay of the server: a retry that arrives after the window is handled again.
    /// </remarks>
    public TimeSpan? DuplicateWindow { get; set; }

    /// <summary>
    /// The <see cref="DuplicateWindow"/> of individual events, keyed by the event name on the wire. The host does not start if a key is not
    /// the name of an event.
    /// </summary>
    /// <value>Default: empty; <see cref="DuplicateWindow"/> applies to all events.</value>
    public IDictionary<string, TimeSpan> DuplicateWindows { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>The maximum number of events, of different documents, that are handled concurrently.</summary>
    /// <value>Default: 16. Range: 1 to 1000.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>
    /// The delay before the first retry of a failed event. It doubles with each further retry. Up to 20 % is added at random, so that events
    /// that failed together are not retried together.
    /// </summary>
    /// <value>Default: 1 second. Range: 1 ms to <see cref="MaxRetryDelay"/>.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum delay before a retry.</summary>
    /// <value>Default: 5 minutes. Range: 1 ms to 24 hours.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after its first attempt a failing event is retried before it becomes a dead letter. Later events of its document wait until
    /// then. With zero, there are no retries.
    /// </summary>
    /// <value>Default: 24 hours. Range: zero to 365 days.</value>
    public TimeSpan MaxRetryDuration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// If true, the later events of a document wait after one of them becomes a dead letter, until the dead letter is replayed and handled,
    /// discarded, or erased. If false, they are handled.
    /// </summary>
    /// <value>Default: false.</value>
    public bool HoldDocumentAfterDeadLetter { get; set; }

    /// <summary>
    /// How long a graceful stop waits for running handlers before it cancels their tokens, within the ShutdownTimeout of the host. Events
    /// that are not handled by then are handled again, by another process or after the next start.
    /// </summary>
    /// <value>Default: 10 seconds. Range: zero to 1 hour.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often an idle worker looks for events that it was not notified of, such as retries. A retry can start later than its delay by this
    /// time.
    /// </summary>
    /// <value>Default: 1 second. Range: 10 ms to 1 minute.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long handled and discarded events are kept. Dead letters are kept until they are replayed, discarded or erased.
    /// <see cref="Timeout.InfiniteTimeSpan"/> (<c>infinite</c> in the configuration) means no limit.
    /// </summary>
    /// <value>Default: 7 days. Range: 1 minute to 10 years, or no limit.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long events without a handler and unreadable bodies are kept. <see cref="Timeout.InfiniteTimeSpan"/> (<c>infinite</c> in the
    /// configuration) means no limit.
    /// </summary>
    /// <value>Default: 30 days. Range: 1 minute to 10 years, or no limit.</value>
    public TimeSpan UnhandledRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The maximum number of pending events of this endpoint. At the limit, new events get the response 503. Events that other processes
    /// store in the same inbox are included within a minute.
    /// </summary>
    /// <value>Default: 1000000. Range: 1 to 1000000000.</value>
    public long MaxPendingCount { get; set; } = 1_000_000;

    /// <summary>The maximum number of stored events of this endpoint without a handler. At the limit, new ones get the response 503.</summary>
    /// <value>Default: 100000. Range: 0 to 1000000.</value>
    public int MaxUnhandledCount { get; set; } = 100_000;

    /// <summary>
    /// The maximum total size, in bytes, of the bodies of events without a handler. At the limit, new ones get the response 503.
    /// </summary>
    /// <value>Default: 268435456 (256 MiB). Minimum: 0.</value>
    public long MaxUnhandledBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>The maximum number of stored unreadable bodies of this endpoint. At the limit, new ones get the response 400.</summary>
    /// <value>Default: 10000. Range: 0 to 1000000.</value>
    public int MaxMalformedCount { get; set; } = 10_000;

    /// <summary>The maximum total size, in bytes, of unreadable bodies. At the limit, new ones get the response 400.</summary>
    /// <value>Default: 67108864 (64 MiB). Minimum: 0.</value>
    public long MaxMalformedBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The number of dead letters above which the health check reports Degraded.</summary>
    /// <value>Default: 0. Minimum: 0.</value>
    public long HealthMaxDeadLetters { get; set; }

    /// <summary>
    /// The number of documents held by a dead letter above which the health check reports Degraded (see
    /// <see cref="HoldDocumentAfterDeadLetter"/>).
    /// </summary>
    /// <value>Default: 0. Minimum: 0.</value>
    public long HealthMaxHeldDocuments { get; set; }

    /// <summary>
    /// The number of handlers of this process that still run after their token was canceled above which the health check reports Degraded.
    /// </summary>
    /// <value>Default: 0. Minimum: 0.</value>
    public int HealthMaxStuckHandlers { get; set; }

    /// <summary>The age of the oldest event that is not handled yet above which the health check reports Degraded.</summary>
    /// <value>Default: 15 minutes. Range: 1 second to 365 days.</value>
    public TimeSpan HealthMaxOldestAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the health check waits for the store before it reports Unhealthy.</summary>
    /// <value>Default: 5 seconds. Range: 10 ms to 1 minute.</value>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(5);

    // Errors found while reading the configuration. The validator reports them.
    internal List<string> Problems { get; } = [];

    internal static TimeSpan DefaultDuplicateWindow(TimeSpan? serverRetryDelay)
    {
        var (least, most) = (TimeSpan.FromSeconds(60), TimeSpan.FromHours(24));
        var delay = serverRetryDelay ?? TimeSpan.Zero;
        return delay > most ? most : TimeSpan.FromTicks(Math.Min(most.Ticks, Math.Max(least.Ticks, 3 * delay.Ticks)));
    }
}
