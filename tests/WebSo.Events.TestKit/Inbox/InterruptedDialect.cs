namespace WebSo.Events.TestKit;

/// <summary>A dialect that, on request, runs an action just before its next write transaction.</summary>
internal sealed class InterruptedDialect(InboxDialect inner) : DelegatingDialect(inner)
{
    private Action? _next;

    public void BeforeNext(Action action) => Interlocked.Exchange(ref _next, action);

    // The exception that the action may throw, to simulate an unavailable database.
    public override FailureKind Classify(Exception failure) => failure is IOException ? FailureKind.Unavailable : base.Classify(failure);

    public override void BeforeTransaction() => Interlocked.Exchange(ref _next, null)?.Invoke();
}
