using System.Diagnostics;
using WebSo.Events.Inbox.Contracts;

namespace WebSo.Events.CrashTest;

// A store that kills its process, as kill -9 does, when a step is reached for the given time.
internal sealed class KillingStore(IWebSoInboxStore store, KillStep step, int count) : DelegatingStore(store)
{
    private int _left = count;

    public void Reach(KillStep reached)
    {
        if (reached == step && Interlocked.Decrement(ref _left) == 0)
            Process.GetCurrentProcess().Kill();
    }

    public override async ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend delivery, CancellationToken cancellationToken)
    {
        Reach(KillStep.BeforeWrite);
        var result = await base.AppendAsync(delivery, cancellationToken);
        Reach(KillStep.AfterWrite);
        return result;
    }

    public override void MarkAnswered(WebSoInboxSighting sighting)
    {
        Reach(KillStep.AfterAnswer);
        base.MarkAnswered(sighting);
    }

    public override async ValueTask<bool> CompleteHandlerAsync(WebSoInboxClaim claim, string handlerName, CancellationToken cancellationToken)
    {
        Reach(KillStep.BeforeCompletion);
        var result = await base.CompleteHandlerAsync(claim, handlerName, cancellationToken);
        Reach(KillStep.AfterCompletion);
        return result;
    }

    public override async ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken)
    {
        Reach(KillStep.BeforeMark);
        var result = await base.FinishAsync(claim, state, error, cancellationToken);
        Reach(KillStep.AfterMark);
        return result;
    }
}
