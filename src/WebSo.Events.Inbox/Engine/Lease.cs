namespace WebSo.Events.Inbox.Engine;

// A delivery that this process may handle until it writes the result or loses the lease.
internal sealed class Lease
{
    private volatile bool _hasWaiting;

    public required long Sequence { get; init; }

    // A result with another token than that of the row changes nothing.
    public required long Token { get; init; }

    // The document ID, or the delivery ID if there is no document.
    public required string Queue { get; init; }

    public required string EventName { get; init; }

    // Empty if there is no document.
    public required string DocumentId { get; init; }

    // Includes the number of this attempt and whether it is a replay.
    public required WebSoEventContext Context { get; init; }

    // 1 for the first run; each replay adds 1.
    public required int Run { get; init; }

    // The number of consecutive leases, up to this one, that ended because their process ended.
    public int Interruptions { get; init; }

    // True if the previous lease ended because its process ended.
    public bool IsTakeover { get; init; }

    // When the first attempt of this run began, by the clock of the database.
    public required DateTime FirstAttemptAt { get; init; }

    // The time from the first attempt until this lease was granted.
    public required TimeSpan Age { get; init; }

    // The handlers that completed in earlier attempts.
    public IReadOnlyCollection<string> CompletedHandlers { get; set; } = [];

    // True if the process that stored the delivery has ReceiveOnly, so that there may be no handler at all.
    public bool IsFromReceiveOnly { get; init; }

    public TraceContext? Trace { get; init; }

    // The event as parsed on arrival; null if the lease was granted later.
    public WebSoEvent? Event { get; init; }

    // True if a later delivery of the document is known to wait. The end of this one is then committed immediately.
    public bool HasWaiting
    {
        get => _hasWaiting;
        set => _hasWaiting = value;
    }
}
