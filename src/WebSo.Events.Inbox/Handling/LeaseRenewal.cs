using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// For stores whose claims are leases: renews at a third, and gives up at two thirds, so that handlers hear of it before another process
// may have the event.
internal sealed class LeaseRenewal(string endpointName, IWebSoInboxStore store, TimeSpan lease, TimeProvider timeProvider, ILogger logger)
{
    private readonly TimeSpan _third = TimeSpan.FromTicks(lease.Ticks / 3);

    // Until the worker has stopped: handlers run on while it waits for them.
    public async Task RunAsync(Func<IEnumerable<ActiveClaim>> active, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await timeProvider.WaitAsync(_third, ended).ConfigureAwait(false);
                await RenewAsync([.. active()]).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
    }

    private async Task RenewAsync(List<ActiveClaim> claims)
    {
        if (claims.Count == 0)
            return;

        using var limit = timeProvider.CreateTimeout(_third);
        try
        {
            var lost = await store.RenewAsync([.. claims.Select(active => active.Claim)], limit.Token).ConfigureAwait(false);
            foreach (var active in claims.Where(active => lost.Contains(active.Claim)))
                active.Lose();
        }
        catch (Exception failure)
        {
            InboxLog.RenewFailed(logger, failure, endpointName);
            claims.ForEach(active => active.Lose());
        }
    }
}
