namespace WebSo.Events.Inbox.Handling;

// Renews leases after a third of their duration. After two thirds without a renewal it gives the lease up, so that handlers are canceled
// before another process can claim the delivery.
internal sealed class LeaseRenewer(InboxEndpoint endpoint)
{
    private readonly TimeSpan _third = TimeSpan.FromTicks(endpoint.Engine.LeaseDuration.Ticks / 3);
    private readonly TimeSpan _step = TimeSpan.FromTicks(endpoint.Engine.LeaseDuration.Ticks / 12);

    private readonly ThrottledLine<Exception> _failed = new(
        endpoint.TimeProvider, (count, latest) => InboxLog.RenewFailed(endpoint.Logger, latest, count, endpoint.Name));

    // Runs until the worker has stopped, because handlers continue while the worker waits for them.
    public Task RunAsync(Func<IReadOnlyList<ActiveLease>> active, CancellationToken ended) =>
        BackgroundLoop.Repeat(_step, () => RenewDueAsync(active()), endpoint.TimeProvider, ended);

    private async Task RenewDueAsync(IReadOnlyList<ActiveLease> active)
    {
        var due = active.Where(lease => lease is { IsLost: false, IsResultPending: false } && endpoint.TimeProvider.GetElapsedTime(lease.RenewedAt) >= _third - _step).ToList();
        if (due.Count == 0)
            return;

        var begin = endpoint.TimeProvider.GetTimestamp();
        using var limit = endpoint.TimeProvider.CreateTimeout(_step);
        try
        {
            await Task.WhenAll(due.ConvertAll(lease => RenewAsync(lease, begin, limit.Token))).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _failed.Add(failure);
        }

        foreach (var lease in due)
        {
            if (endpoint.TimeProvider.GetElapsedTime(lease.RenewedAt) >= endpoint.UsableLeaseDuration)
                lease.MarkLost();
        }
    }

    private async Task RenewAsync(ActiveLease lease, long begin, CancellationToken limit)
    {
        if (await endpoint.Engine.UpdateLeaseAsync(new LeaseUpdate(lease.Lease, LeaseUpdateKind.Renew), limit).ConfigureAwait(false))
            lease.RenewedAt = begin;
        else
            lease.MarkLost();
    }
}
