using System.Collections.Concurrent;

namespace WebSo.Events.Engine;

// Whether endpoints have room in a state. The database is asked every ten seconds at most, or less often where the answer takes long; what this
// process stores in between is added. So the bound is exceeded by what other processes store meanwhile.
internal sealed class StateMeter(InboxReader reader, TimeProvider timeProvider)
{
    // Of the time, one part in so many is spent on measuring.
    private const int Share = 100;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string, WebSoInboxState), Meter> _meters = new();

    public async ValueTask<bool> HasRoomAsync(string endpoint, WebSoInboxState state, StateBound bound, int bytes, CancellationToken cancellationToken)
    {
        var meter = _meters.GetOrAdd((endpoint, state), static _ => new Meter());
        if (!IsValid(meter))
        {
            await meter.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!IsValid(meter))
                    await MeasureAsync(meter, endpoint, state, bound, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                meter.Gate.Release();
            }
        }

        return meter.TryAdd(bound, bytes);
    }

    private bool IsValid(Meter meter) => meter.MeasuredAt is { } at && timeProvider.GetElapsedTime(at) < meter.ValidFor;

    // No further than to the bound: what is beyond makes no difference.
    private async Task MeasureAsync(Meter meter, string endpoint, WebSoInboxState state, StateBound bound, CancellationToken cancellationToken)
    {
        var begin = timeProvider.GetTimestamp();
        var (count, bytes) = await reader.MeasureAsync(endpoint, state, cancellationToken, bound.MaxCount).ConfigureAwait(false);
        var pause = TimeSpan.FromTicks(timeProvider.GetElapsedTime(begin).Ticks * Share);
        meter.Set(count, bytes, begin, pause > s_interval ? pause : s_interval);
    }

    private sealed class Meter
    {
        private readonly object _gate = new();
        private long _count;
        private long _bytes;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public long? MeasuredAt { get; private set; }

        public TimeSpan ValidFor { get; private set; }

        public void Set(long count, long bytes, long measuredAt, TimeSpan validFor)
        {
            lock (_gate)
                (_count, _bytes, MeasuredAt, ValidFor) = (count, bytes, measuredAt, validFor);
        }

        public bool TryAdd(StateBound bound, int bytes)
        {
            lock (_gate)
            {
                if (_count >= bound.MaxCount || _bytes + bytes > bound.MaxBytes)
                    return false;

                (_count, _bytes) = (_count + 1, _bytes + bytes);
                return true;
            }
        }
    }
}
