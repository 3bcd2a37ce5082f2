namespace WebSo.Events.TestKit;

/// <summary>A dialect that lets something else happen just before its next transaction that writes, when it is told so.</summary>
internal sealed class InterruptedDialect(InboxDialect inner) : DelegatingDialect(inner)
{
    private Action? _next;

    public void BeforeNext(Action action) => Interlocked.Exchange(ref _next, action);

    // What the action may throw: as if the database were away.
    public override FailureKind Classify(Exception failure) => failure is IOException ? FailureKind.Unavailable : base.Classify(failure);

    public override void BeforeTransaction() => Interlocked.Exchange(ref _next, null)?.Invoke();
}
