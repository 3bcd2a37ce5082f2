using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events;

/// <summary>A clock that stands still, and tells which pauses are waited for: so a test advances only once a pause has begun.</summary>
public sealed class PauseObserver : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Timers of this length are limits for an attempt, no pauses.</summary>
    public static TimeSpan AttemptTimeout { get; } = TimeSpan.FromMinutes(7);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != AttemptTimeout && dueTime != Timeout.InfiniteTimeSpan)
            _pauses.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until a pause has begun.</summary>
    public async Task<TimeSpan> NextPauseAsync() => await _pauses.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline.Time);
}
