using WebSo.Events.Handling;

namespace WebSo.Events;

// Whether as many deliveries are in a state as its options allow. What comes is counted here, and the store counts only when that seems to be
// too much, or after a minute: other processes store too. So the bound is exceeded by at most what others store in a minute.
internal sealed class DeliveryBound(InboxEndpoint endpoint, WebSoInboxState state)
{
    private static readonly TimeSpan s_recount = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_oldest = TimeSpan.FromMinutes(1);

    // From this part of a bound on, it is nearly reached.
    public const double NearPart = 0.8;

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

    // Before a delivery is stored, which is counted if there is room for it.
    public async ValueTask<bool> IsReachedAsync(int bytes, CancellationToken cancellationToken)
    {
        if (Age() is { } age && TryAdd(bytes))
        {
            if (age >= s_oldest)
                _ = CountAsync();
            return false;
        }

        // What came since has probably been handled, where little was stored when it was counted.
        if (Age() is not { } old || old >= s_recount || _wasLow)
            await WaitAsync(CountAsync(), cancellationToken).ConfigureAwait(false);
        return !TryAdd(bytes);
    }

    // As it was counted, at most a few seconds ago.
    public async Task<(long Count, long Bytes)> GetUsageAsync(CancellationToken cancellationToken)
    {
        if (Age() is not { } age || age >= s_recount)
            await WaitAsync(CountAsync(), cancellationToken).ConfigureAwait(false);
        lock (_gate)
            return (_count, _bytes);
    }

    // Null: never counted.
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

    // One at a time, for all who wait for it. None of them ends it for the others.
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
            // A store that can't be read decides by itself whether it takes a delivery. It is asked again soon.
        }

        var (maxCount, maxBytes) = Limit;
        lock (_gate)
        {
            (_count, _bytes, _countedAt) = (count, bytes, endpoint.TimeProvider.GetTimestamp());
            _wasLow = count < maxCount * NearPart && bytes < maxBytes * NearPart;
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
