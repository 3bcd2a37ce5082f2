namespace WebSo.Events.Inbox.Handling;

// An auto-reset signal for one waiter, with a timeout. A signal that is set while nobody waits is kept.
internal sealed class WakeSignal : IDisposable
{
    private readonly SemaphoreSlim _signs = new(0);
    private readonly ITimer _timer;
    private int _isSet;

    public WakeSignal(TimeProvider timeProvider) =>
        _timer = timeProvider.CreateTimer(_ => Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
            _signs.Release();
    }

    public async Task WaitAsync(TimeSpan limit)
    {
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
        await _signs.WaitAsync().ConfigureAwait(false);
        Volatile.Write(ref _isSet, 0);
    }

    // The semaphore holds no resources, and a timer callback may still use it.
    public void Dispose() => _timer.Dispose();
}
