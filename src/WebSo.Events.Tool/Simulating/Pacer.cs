using System.Diagnostics;

namespace WebSo.Events.Tool.Simulating;

// Limits the events per second. Changes of the system clock have no effect.
internal sealed class Pacer(double perSecond)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next;

    public Task WaitAsync(int events, CancellationToken cancellationToken)
    {
        if (perSecond <= 0)
            return Task.CompletedTask;

        TimeSpan pause;
        lock (_lock)
        {
            var now = _watch.Elapsed;
            var begin = _next > now ? _next : now;
            _next = begin + TimeSpan.FromSeconds(events / perSecond);
            pause = begin - now;
        }

        return Task.Delay(pause, cancellationToken);
    }
}
