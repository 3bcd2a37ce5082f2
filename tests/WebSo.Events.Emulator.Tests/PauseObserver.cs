using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

/// <summary>A frozen clock that reports when a delay has started, so that a test can advance it then.</summary>
public sealed class PauseObserver : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Timers of this duration are timeouts of attempts, not delays.</summary>
    public static TimeSpan AttemptTimeout { get; } = TimeSpan.FromMinutes(7);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != AttemptTimeout && dueTime != Timeout.InfiniteTimeSpan)
            _pauses.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a delay has started.</summary>
    public async Task<TimeSpan> NextPauseAsync() => await _pauses.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline.Time);
}
