namespace WebSo.Events.Inbox.Receiving;

// Checks whether an endpoint stores as many deliveries of one state as its options allow. New deliveries are counted here; the store is
// counted only when the bound seems to be reached, or after a minute, because other processes store too. The bound can therefore be
// exceeded by what other processes store in a minute.
internal sealed class DeliveryBound(InboxEndpoint endpoint, WebSoInboxState state)
{
    private static readonly TimeSpan s_recount = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_oldest = TimeSpan.FromMinutes(1);

    // The share of a bound from which it counts as nearly reached.
    public const double NearlyReachedShare = 0.8;

    private readonly object _gate = new();
    private Task _counting = Task.CompletedTask;
    private long? _countedAt;
    private long _count;
    private long _bytes;
    private volatile bool _wasLow;

    public WebSoInboxState State => state;

    public (long Count, long Bytes) Limit => endpoint.Options switch
    {
        var options when state == WebSoInboxState.Pending => (options.MaxPendingCount, long.MaxValue),
        var options when state == WebSoInboxState.Unhandled => (options.MaxUnhandledCount, options.MaxUnhandledBytes),
        var options => (options.MaxMalformedCount, options.MaxMalformedBytes),
    };

    // Call before a delivery is stored. If there is room, the delivery is counted.
    public async ValueTask<bool> IsReachedAsync(int bytes, CancellationToken cancellationToken)
    {
        if (Age() is { } age && TryAdd(bytes))
        {
            if (age >= s_oldest)
                _ = CountAsync();
            return false;
        }

        // If the last count was low, the deliveries counted since have probably been handled.
        if (Age() is not { } old || old >= s_recount || _wasLow)
            await WaitAsync(CountAsync(), cancellationToken).ConfigureAwait(false);
        return !TryAdd(bytes);
    }

    // The last count, at most a few seconds old.
    public async Task<(long Count, long Bytes)> GetUsageAsync(CancellationToken cancellationToken)
    {
        if (Age() is not { } age || age >= s_recount)
            await WaitAsync(CountAsync(), cancellationToken).ConfigureAwait(false);
        lock (_gate)
            return (_count, _bytes);
    }

    // Null if nothing has been counted yet.
    private TimeSpan? Age()
    {
        lock (_gate)
            return _countedAt is { } at ? endpoint.TimeProvider.GetElapsedTime(at) : null;
    }

    private bool TryAdd(int bytes)
    {
        var (maxCount, maxBytes) = Limit;
        lock (_gate)
        {
            if (_count >= maxCount || _bytes > maxBytes - bytes)
                return false;

            (_count, _bytes) = (_count + 1, _bytes + bytes);
            return true;
        }
    }

    // One count at a time, shared by all callers. A caller that is canceled does not cancel the count for the others.
    private Task CountAsync()
    {
        lock (_gate)
        {
            if (_counting.IsCompleted)
                _counting = BackgroundLoop.Run(CountOnceAsync);
            return _counting;
        }
    }

    private async Task CountOnceAsync()
    {
        var (count, bytes) = (0L, 0L);
        try
        {
            (count, bytes) = await endpoint.Engine.Reader.MeasureAsync(endpoint.Name, state, Limit.Count, CancellationToken.None).ConfigureAwait(false);
        }
        catch (WebSoInboxStoreException)
        {
            // A store that can't be read decides by itself whether it accepts the delivery. The next call counts again.
        }

        var (maxCount, maxBytes) = Limit;
        lock (_gate)
        {
            (_count, _bytes, _countedAt) = (count, bytes, endpoint.TimeProvider.GetTimestamp());
            _wasLow = count < maxCount * NearlyReachedShare && bytes < maxBytes * NearlyReachedShare;
        }
    }

    private static async Task WaitAsync(Task counting, CancellationToken cancellationToken)
    {
        if (counting.IsCompleted)
            return;

        var canceled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => canceled.TrySetCanceled(cancellationToken)))
            await (await Task.WhenAny(counting, canceled.Task).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
