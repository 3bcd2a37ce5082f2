namespace WebSo.Events;

// Spreads events evenly: at most so many a second.
internal sealed class Pacer(double perSecond)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public Task WaitAsync(int events, CancellationToken cancellationToken)
    {
        if (perSecond <= 0)
            return Task.CompletedTask;

        TimeSpan pause;
        lock (_lock)
        {
            var now = DateTimeOffset.UtcNow;
            var begin = _next > now ? _next : now;
            _next = begin + TimeSpan.FromSeconds(events / perSecond);
            pause = begin - now;
        }

        return Task.Delay(pause, cancellationToken);
    }
}
