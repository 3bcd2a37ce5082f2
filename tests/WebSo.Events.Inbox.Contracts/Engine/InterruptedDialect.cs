using WebSo.Events.Engine;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>A dialect that lets something else happen just before its next transaction that writes, when it is told so.</summary>
internal sealed class InterruptedDialect(InboxDialect inner) : DelegatingDialect(inner)
{
    private Action? _next;

    public void BeforeNext(Action action) => Interlocked.Exchange(ref _next, action);

    public override void BeforeTransaction() => Interlocked.Exchange(ref _next, null)?.Invoke();
}
