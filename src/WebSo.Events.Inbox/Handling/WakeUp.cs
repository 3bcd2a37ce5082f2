namespace WebSo.Events.Handling;

// Lets one waiter go on at a sign, or after a time. A sign that comes while nobody waits is kept.
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim _signs = new(0);
    private readonly ITimer _timer;
    private int _isSet;

    public WakeUp(TimeProvider timeProvider) =>
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

    // The semaphore has nothing to release, and a timer's last sign may still come.
    public void Dispose() => _timer.Dispose();
}
