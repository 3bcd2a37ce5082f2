using System.Data.Common;
using System.Diagnostics;

namespace WebSo.Events.EndToEnd.Crash;

// Kills its own process, like kill -9, when it reaches a step for the given time.
internal sealed class KillingDialect(InboxDialect inner, KillStep step, int count) : DelegatingDialect(inner)
{
    private int _left = count;

    public override void BeforeTransaction() => Reach(KillStep.BeforeWrite);

    public void Reach(KillStep reached)
    {
        if (reached == step && Interlocked.Decrement(ref _left) == 0)
            Process.GetCurrentProcess().Kill();
    }

    public override void AfterCommit(DbConnection connection)
    {
        base.AfterCommit(connection);
        Reach(KillStep.AfterWrite);
    }
}
