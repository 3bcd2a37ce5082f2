namespace WebSo.Events.Diagnostics;

// A log line that is written immediately, and then at most once a minute with the count since the last line. A timer writes the last count,
// so that it is logged even if no further call arrives.
internal sealed class ThrottledLine<TLatest>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private readonly Action<long, TLatest> _write;
    private readonly ITimer _timer;
    private long _count;
    private TLatest? _latest;
    private bool _isPausing;

    public ThrottledLine(TimeProvider timeProvider, Action<long, TLatest> write)
    {
        _write = write;
        _timer = CreateTimer(timeProvider);
    }

    public void Add(TLatest latest)
    {
        lock (_gate)
        {
            if (_isPausing)
            {
                _count++;
                _latest = latest;
                return;
            }

            _isPausing = true;
        }

        Write(1, latest);
    }

    private void OnPauseEnded()
    {
        long count;
        TLatest latest;
        lock (_gate)
        {
            if (_count == 0)
            {
                _isPausing = false;
                return;
            }

            (count, latest) = (_count, _latest!);
            (_count, _latest) = (0, default);
        }

        Write(count, latest);
    }

    private void Write(long count, TLatest latest)
    {
        _timer.Change(s_pause, Timeout.InfiniteTimeSpan);
        _write(count, latest);
    }

    // The timer must not capture the log scopes and the span of the first call, because its lines belong to no call.
    private ITimer CreateTimer(TimeProvider timeProvider)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Create();

        using (ExecutionContext.SuppressFlow())
            return Create();

        ITimer Create() => timeProvider.CreateTimer(
            static line => ((ThrottledLine<TLatest>)line!).OnPauseEnded(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
