namespace WebSo.Events;

/// <summary>
/// The options of an endpoint's inbox. Read from the section <c>Inbox</c> of the endpoint's configuration section, as
/// <c>WebSoEvents:Inbox</c>, then set in code. Validated when the host starts; a change takes effect at the next start.
/// </summary>
public sealed class WebSoInboxOptions
{
    /// <summary>
    /// Whether this process only receives, and another one on the same inbox handles (see <see cref="HandleOnly"/>). All events are stored as
    /// pending. A handler that is registered here stops the start, since it would never run.
    /// </summary>
    /// <value>Default: false.</value>
    public bool ReceiveOnly { get; set; }

    /// <summary>
    /// Whether this process only handles what another one on the same inbox receives (see <see cref="ReceiveOnly"/>). It needs handlers, and
    /// no credentials, since nothing can call it. An endpoint that is mapped here stops the start.
    /// </summary>
    /// <value>Default: false. Together with <see cref="ReceiveOnly"/> it stops the start.</value>
    public bool HandleOnly { get; set; }

    /// <summary>How long a call waits while the database can't be written: from 1 ms to 1 hour. After it, 503 is answered.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after its last call the same event is a duplicate, which is not handled again: from zero to 24 hours. Zero: no call is a
    /// duplicate. Not set: the larger of 60 seconds and three times <see cref="WebSoEventsOptions.ServerRetryDelay"/>, at most 24 hours.
    /// </summary>
    /// <remarks>
    /// Only time in which a receiver was running counts. A second event with the same content within this time is also a duplicate. It must
    /// be longer than the server's delay between retries: a retry that comes later is handled again.
    /// </remarks>
    public TimeSpan? DuplicateWindow { get; set; }

    /// <summary><see cref="DuplicateWindow"/> for events of some names, by name on the wire. A name that no event has stops the start. Empty: the same for all.</summary>
    public IDictionary<string, TimeSpan> DuplicateWindows { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>How many events are handled at the same time, of different documents: from 1 to 1000.</summary>
    /// <value>Default: 16.</value>
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>The pause before the first retry of a failed event; it doubles with each further one. From 1 ms to <see cref="MaxRetryDelay"/>.</summary>
    /// <value>Default: 1 second. Up to a fifth is added at random, so that what failed together is not tried together.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before a retry, up to 24 hours.</summary>
    /// <value>Default: 5 minutes.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after its first attempt a failing event is given up and becomes a dead letter: from zero (no retry) to 365 days.</summary>
    /// <value>Default: 24 hours. Until then later events of its document wait.</value>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What happens to the later events of a document when one of them becomes a dead letter.</summary>
    /// <value>Default: <see cref="WebSoAfterDeadLetter.Continue"/>.</value>
    public WebSoAfterDeadLetter AfterDeadLetter { get; set; }

    /// <summary>
    /// How long a graceful stop waits for handlers before it cancels their tokens: from zero to 1 hour, within the host's ShutdownTimeout.
    /// What is not done by then is handled again, by another process or after the next start.
    /// </summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an idle worker looks for work that nobody notified it of, such as a retry: from 10 ms to 1 minute.</summary>
    /// <value>Default: 1 second. A retry can begin that much later than its delay says.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long handled and discarded events are kept: from 1 minute to 10 years, or <see cref="Timeout.InfiniteTimeSpan"/> (in the configuration <c>infinite</c>) for ever.</summary>
    /// <value>Default: 7 days. Dead letters are kept until they are replayed or discarded.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long events without a handler and unreadable bodies are kept: from 1 minute to 10 years, or <see cref="Timeout.InfiniteTimeSpan"/> (in the configuration <c>infinite</c>) for ever.</summary>
    /// <value>Default: 30 days.</value>
    public TimeSpan UnhandledRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How many events may wait to be handled, of this endpoint: from 1 to 1000000000. Above it, 503 is answered to new ones.</summary>
    /// <value>Default: 1000000. Other processes on the same inbox are taken into account within a minute.</value>
    public long MaxPendingCount { get; set; } = 1_000_000;

    /// <summary>How many events without a handler are stored at most, of this endpoint: from 0 to 1000000. Above it, 503 is answered to new ones.</summary>
    /// <value>Default: 100000.</value>
    public int MaxUnhandledCount { get; set; } = 100_000;

    /// <summary>How many bytes the bodies of such events have together at most, from 0. Above it, 503 is answered to new ones.</summary>
    /// <value>Default: 268435456 (256 MiB).</value>
    public long MaxUnhandledBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many unreadable bodies are stored at most, of this endpoint: from 0 to 1000000. Above it, 400 is answered to new ones.</summary>
    /// <value>Default: 10000.</value>
    public int MaxMalformedCount { get; set; } = 10_000;

    /// <summary>How many bytes such bodies have together at most, from 0. Above it, 400 is answered to new ones.</summary>
    /// <value>Default: 67108864 (64 MiB).</value>
    public long MaxMalformedBytes { get; set; } = 64 * 1024 * 1024;

    internal static TimeSpan DefaultDuplicateWindow(TimeSpan? serverRetryDelay)
    {
        var (least, most) = (TimeSpan.FromSeconds(60), TimeSpan.FromHours(24));
        var delay = serverRetryDelay ?? TimeSpan.Zero;
        return delay > most ? most : TimeSpan.FromTicks(Math.Min(most.Ticks, Math.Max(least.Ticks, 3 * delay.Ticks)));
    }

    // Errors found while reading the configuration. The validator reports them.
    internal List<string> Problems { get; } = [];
}
