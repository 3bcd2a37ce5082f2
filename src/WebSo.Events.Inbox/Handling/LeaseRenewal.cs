using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// For stores whose claims are leases: renews at a third, and gives up at two thirds, so that handlers hear of it before another process
// may have the event. Counted from the moment at which the store was asked, since its answer may be late.
internal sealed class LeaseRenewal(string endpointName, IWebSoInboxStore store, TimeSpan lease, TimeProvider timeProvider, ILogger logger)
{
    private readonly TimeSpan _third = TimeSpan.FromTicks(lease.Ticks / 3);

    // Until the worker has stopped: handlers run on while it waits for them.
    public async Task RunAsync(Func<IEnumerable<ActiveClaim>> active, CancellationToken ended)
    {
        try
        {
            var pause = _third;
            while (true)
            {
                await timeProvider.WaitAsync(pause, ended).ConfigureAwait(false);
                var begin = timeProvider.GetTimestamp();
                var isRenewed = await RenewAsync([.. active()], begin).ConfigureAwait(false);
                var taken = timeProvider.GetElapsedTime(begin);
                var next = isRenewed ? _third : TimeSpan.FromTicks(_third.Ticks / 4);
                pause = taken < next ? next - taken : TimeSpan.Zero;
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
    }

    // False: two thirds of the lease are over.
    public bool TryHold(ActiveClaim active, long askedAt)
    {
        var left = _third + _third - timeProvider.GetElapsedTime(askedAt);
        if (left <= TimeSpan.Zero)
            return false;

        active.LoseAfter(left, timeProvider);
        return true;
    }

    // False: it is to be tried again soon. Each claim gives itself up at two thirds of its own lease.
    private async Task<bool> RenewAsync(List<ActiveClaim> claims, long begin)
    {
        if (claims.Count == 0)
            return true;

        using var limit = timeProvider.CreateTimeout(_third);
        try
        {
            var lost = await store.RenewAsync([.. claims.Select(active => active.Claim)], limit.Token).ConfigureAwait(false);
            foreach (var active in claims.Where(active => lost.Contains(active.Claim) || !TryHold(active, begin)))
                active.Lose();
            return true;
        }
        catch (Exception failure)
        {
            InboxLog.RenewFailed(logger, failure, endpointName);
            return false;
        }
    }
}
