namespace WebSo.Events.Inbox.Engine;

// Writes the result of a lease. The result of the operation is false if the lease was lost; nothing is changed then.
internal sealed class LeaseUpdate(Lease lease, LeaseUpdateKind kind) : WriteOperation<bool>
{
    public Lease Lease => lease;

    public LeaseUpdateKind Kind => kind;

    public WebSoInboxState State { get; init; }

    public TimeSpan Delay { get; init; }

    public string? Error { get; init; }

    // For a dead letter: later deliveries of the document wait.
    public bool HoldsDocument { get; init; }

    // The duration of this attempt.
    public TimeSpan Duration { get; init; }

    // The cause of the failure, for the metrics.
    public Exception? Failure { get; init; }

    // The completed handlers that are not recorded yet.
    public IReadOnlyList<HandlerOutcome> Handlers { get; init; } = [];

    // A result that lets another delivery of the document start is written immediately.
    public override bool IsUrgent => kind is LeaseUpdateKind.Release || lease.HasWaiting;
}
