namespace WebSo.Events.Engine;

// A delivery that this process may handle, until it says what became of it or loses the lease.
internal sealed class Lease
{
    private volatile bool _hasWaiting;

    public required long Sequence { get; init; }

    // Marks with another token than the row's change nothing.
    public required long Token { get; init; }

    // The document ID, or the delivery ID where there is none.
    public required string Queue { get; init; }

    public required string EventName { get; init; }

    // Empty where there is none.
    public required string DocumentId { get; init; }

    // With the attempt that this lease is, and whether it is a replay.
    public required WebSoEventContext Context { get; init; }

    // 1, and one more with each replay.
    public required int Run { get; init; }

    // How many leases in a row ended because their process did, up to this one.
    public int CutOffs { get; init; }

    // Whether this lease takes over one that was cut off.
    public bool IsTakeOver { get; init; }

    // When the first attempt of this run began, by the database's time.
    public required DateTime FirstAttemptAt { get; init; }

    // How long ago that was when the lease was granted.
    public required TimeSpan Age { get; init; }

    // The handlers that completed in earlier attempts.
    public IReadOnlyCollection<string> CompletedHandlers { get; set; } = [];

    // Whether the process that stored it only receives: there may be no handler at all.
    public bool IsFromReceiveOnly { get; init; }

    public TraceContext? Trace { get; init; }

    // As it was read when the call came; null where the lease was granted later.
    public WebSoEvent? Event { get; init; }

    // Whether a later delivery of the document is known to wait: then the end of this one is committed at once.
    public bool HasWaiting
    {
        get => _hasWaiting;
        set => _hasWaiting = value;
    }
}
