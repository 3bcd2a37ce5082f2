using System.Data.Common;
using System.Diagnostics;

namespace WebSo.Events.CrashTest;

// A database whose process is killed, as by kill -9, when a step is reached for the given time.
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
