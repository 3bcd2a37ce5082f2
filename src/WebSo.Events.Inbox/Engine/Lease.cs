namespace WebSo.Events.Engine;

/// <summary>A delivery that this process may handle, until it says what became of it or loses the lease.</summary>
internal sealed class Lease
{
    private volatile bool _hasWaiting;

    public required long Sequence { get; init; }

    /// <summary>Marks with another token than the row's change nothing.</summary>
    public required long Token { get; init; }

    /// <summary>The document ID, or the delivery ID where there is none.</summary>
    public required string Queue { get; init; }

    public required string EventName { get; init; }

    /// <summary>Empty where there is none.</summary>
    public required string DocumentId { get; init; }

    /// <summary>With the attempt that this lease is, and whether it is a replay.</summary>
    public required WebSoEventContext Context { get; init; }

    /// <summary>1, and one more with each replay.</summary>
    public required int Run { get; init; }

    /// <summary>How many leases in a row ended because their process did, up to this one.</summary>
    public int CutOffs { get; init; }

    /// <summary>Whether this lease takes over one that was cut off.</summary>
    public bool IsTakeOver { get; init; }

    /// <summary>When the first attempt of this run began, by the database's time.</summary>
    public required DateTime FirstAttemptAt { get; init; }

    /// <summary>How long ago that was when the lease was granted.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>The handlers that completed in earlier attempts.</summary>
    public IReadOnlyCollection<string> CompletedHandlers { get; set; } = [];

    /// <summary>Whether the process that stored it only receives: there may be no handler at all.</summary>
    public bool IsFromReceiveOnly { get; init; }

    public TraceContext? Trace { get; init; }

    /// <summary>As it was read when the call came; null where the lease was granted later.</summary>
    public WebSoEvent? Event { get; init; }

    /// <summary>Whether a later delivery of the document is known to wait: then the end of this one is committed at once.</summary>
    public bool HasWaiting
    {
        get => _hasWaiting;
        set => _hasWaiting = value;
    }
}
