namespace WebSo.Events.Engine;

// What became of a lease. The result is false where the lease was lost: then nothing is changed.
internal sealed class MarkOperation(Lease lease, MarkKind kind) : WriteOperation<bool>
{
    public Lease Lease => lease;

    public MarkKind Kind => kind;

    public WebSoInboxState State { get; init; }

    public TimeSpan Delay { get; init; }

    public string? Error { get; init; }

    // Of a dead letter: the document's later deliveries wait.
    public bool HoldsDocument { get; init; }

    // How long this attempt took.
    public TimeSpan Duration { get; init; }

    // What failed, for the metrics.
    public Exception? Failure { get; init; }

    // Those that completed and are not noted yet.
    public IReadOnlyList<HandlerOutcome> Handlers { get; init; } = [];

    // What gives the document to another is written at once where someone waits for it.
    public override bool IsUrgent => kind is MarkKind.Release || lease.HasWaiting;
}
