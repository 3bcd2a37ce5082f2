using System.Diagnostics;

namespace WebSo.Events.EndToEnd.ScaleOut;

// Kills, stops, and restarts instances in an order that depends on a seed.
internal sealed class Disturber(IReadOnlyList<Instance> instances, PostgreSqlServer server, Disturbances disturbances, Random random)
{
    // Limits a long run on a slow machine.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(8);

    private readonly List<Task> _stops = [];

    public async Task RunAsync(int kills, int shortStops, int longStops, CancellationToken cancellationToken)
    {
        List<Func<CancellationToken, Task>> steps =
        [
            .. Enumerable.Repeat(KillAsync, kills),
            .. Enumerable.Repeat(StopShortlyAsync, shortStops),
            .. Enumerable.Repeat(StopBeyondLeaseAsync, longStops),
        ];
        var shuffled = steps.OrderBy(_ => random.Next()).ToList();
        if (server.CanRestart)
            shuffled.Insert(5, RestartDatabaseAsync);
        var begin = Stopwatch.GetTimestamp();
        foreach (var step in shuffled.TakeWhile(_ => Stopwatch.GetElapsedTime(begin) < s_longest))
        {
            await Task.Delay(random.Next(100, 600), cancellationToken);
            await step(cancellationToken);
        }

        await Task.WhenAll(_stops);
    }

    private async Task KillAsync(CancellationToken cancellationToken)
    {
        var instance = await DrawAsync();
        await instance.KillAsync();
        await instance.StartAsync(cancellationToken);
    }

    private async Task StopShortlyAsync(CancellationToken cancellationToken) =>
        await (await DrawAsync()).StopAsync(Receiver.LongStop * (0.1 + (0.7 * random.NextDouble())), cancellationToken);

    // Returns immediately, so that other instances are disturbed in the meantime.
    private async Task StopBeyondLeaseAsync(CancellationToken cancellationToken) =>
        _stops.Add((await DrawAsync()).StopAsync(Receiver.LeaseDuration * (1.3 + (0.5 * random.NextDouble())), cancellationToken));

    private async Task RestartDatabaseAsync(CancellationToken cancellationToken)
    {
        await server.StopAsync();
        await server.StartAsync();
        disturbances.DatabaseRestarted();
    }

    // Returns a running instance. At most one other instance is stopped, so that at least one instance is always working.
    private async Task<Instance> DrawAsync()
    {
        while (instances.Count(instance => instance.IsStopped) > 1)
            await Task.WhenAny(_stops.Where(stop => !stop.IsCompleted));
        var running = instances.Where(instance => !instance.IsStopped).ToList();
        return running[random.Next(running.Count)];
    }
}
