using System.Globalization;
using Xunit;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>
/// The promise of docs/delivery.md under schedules drawn at random. WEBSO_LONG_TESTS=1 runs thousands, WEBSO_SEED=N only that of one seed.
/// </summary>
public abstract class SimulationContract
{
    private const int AtATime = 8;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Gives a database of its own, on which stores are made one after the other.</summary>
    protected abstract Func<TimeProvider, IWebSoInboxStore> NewDatabase();

    [Fact]
    public async Task AnyScheduleOfCallsFailuresPausesAndRestarts_KeepsThePromise()
    {
        var seeds = Environment.GetEnvironmentVariable("WEBSO_SEED") is { Length: > 0 } given
            ? [int.Parse(given, CultureInfo.InvariantCulture)]
            : Enumerable.Range(Random.Shared.Next(1_000_000_000), Environment.GetEnvironmentVariable("WEBSO_LONG_TESTS") == "1" ? 5000 : 200);

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(seeds, parallel, async (seed, cancellationToken) => await RunAsync(seed, cancellationToken));
    }

    private async Task RunAsync(int seed, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        var simulation = new Simulation(seed, NewDatabase(), limit.Token);
        try
        {
            await simulation.RunAsync();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = limit.IsCancellationRequested ? $"not all was handled within {s_limit.TotalSeconds} s" : failure.Message;
            throw new InvalidOperationException($"WEBSO_SEED={seed} breaks it: {reason}\nThe steps: {simulation.Schedule}", failure);
        }
    }
}
