namespace WebSo.Events;

/// <summary>
/// The options of an endpoint's inbox. Read from the section <c>Inbox</c> of the endpoint's configuration section, as
/// <c>WebSoEvents:Inbox</c>, then set in code. Validated when the host starts; a change takes effect at the next start.
/// </summary>
public sealed class WebSoInboxOptions
{
    /// <summary>How long a call waits for a store that can't be written: from 1 ms to 1 hour. After it, 503 is answered.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after its last call the same event counts as a repeat, where the answer to that call is known to have gone out: from zero
    /// to 24 hours. Zero: no call is a repeat, and each is handled. Not set: the larger of 60 seconds and three times
    /// <see cref="WebSoEventsOptions.ServerRetryDelay"/>, at most 24 hours.
    /// </summary>
    /// <remarks>
    /// A genuine second event with the same content within this time is taken for a repeat, and not handled. Where the answer is not known
    /// to have gone out, the time is 24 hours.
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

    /// <summary>What becomes of the later events of a document after one of them became a dead letter.</summary>
    /// <value>Default: <see cref="WebSoAfterDeadLetter.Continue"/>.</value>
    internal WebSoAfterDeadLetter AfterDeadLetter { get; set; }

    /// <summary>
    /// How long a graceful stop waits for handlers before it cancels their tokens: from zero to 1 hour, within the host's ShutdownTimeout.
    /// What is not done by then is handled again at the next start.
    /// </summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an idle worker asks the store for work that nobody told it of: from 10 ms to 1 hour.</summary>
    /// <value>Default: 1 second.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long handled and discarded events are kept: from 1 day to 10 years, or <see cref="Timeout.InfiniteTimeSpan"/> (in the configuration <c>infinite</c>) for ever.</summary>
    /// <value>Default: 7 days. Dead letters are kept until they are replayed or discarded.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long events without a handler are kept: from 1 day to 10 years, or <see cref="Timeout.InfiniteTimeSpan"/> (in the configuration <c>infinite</c>) for ever.</summary>
    /// <value>Default: 30 days.</value>
    public TimeSpan UnhandledRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How many events without a handler are kept at most, of this endpoint: from 0 to 1000000. Above it, the oldest are removed, and a
    /// Warning says how many.
    /// </summary>
    /// <value>Default: 100000. Exceeded by at most a fiftieth and the calls of the moment, in each process.</value>
    public int MaxUnhandledCount { get; set; } = 100_000;

    /// <summary>How many bytes the bodies of such events have together at most, from 0. Above it, the oldest are removed.</summary>
    /// <value>Default: 268435456 (256 MiB).</value>
    public long MaxUnhandledBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many bodies that are no events the store keeps at most: from 0 to 1000000. Above it, 400 is answered.</summary>
    /// <value>Default: 10000.</value>
    public int MaxMalformedCount { get; set; } = 10_000;

    /// <summary>How many bytes of such bodies the store keeps at most, from 0.</summary>
    /// <value>Default: 67108864 (64 MiB).</value>
    public long MaxMalformedBytes { get; set; } = 64 * 1024 * 1024;

    // What the configuration has and can't be read; the validator reports it.
    internal List<string> Problems { get; } = [];
}
