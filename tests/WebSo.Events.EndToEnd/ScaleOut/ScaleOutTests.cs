using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace WebSo.Events.EndToEnd.ScaleOut;

// Uses its own database server, because the test restarts it.
public sealed class ScaleOutTests(PostgreSqlServer server, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    private readonly string _schema = "scale_" + Guid.NewGuid().ToString("N");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // With WEBSO_LONG_TESTS=1, the test kills 200 times.
    [Fact]
    public async Task ThreeInstances_KilledAndStoppedAtRandom_KeepGuarantees()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test stops processes with signals and compares their clocks, which only Linux supports.");
        var connectionString = server.ConnectionString;
        var isLong = LongRun.IsOn;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var disturbances = new Disturbances();
        await using (var log = new HandlingLog(connectionString, _schema, run: 0))
            await log.CreateAsync(Token);
        Instance[] instances = [.. Enumerable.Range(0, 3).Select(_ => new Instance(connectionString, _schema, disturbances))];
        using var spread = new SpreadingHandler(instances);
        await using var load = new Load(spread, seed);
        try
        {
            await Task.WhenAll(instances.Select(instance => instance.StartAsync(Token)));
            var disturbing = new Disturber(instances, server, disturbances, new Random(seed))
                .RunAsync(kills: isLong ? 200 : 6, shortStops: isLong ? 40 : 3, longStops: isLong ? 20 : 2, Token);
            await Task.WhenAll(disturbing, load.RunAsync(until: disturbing));
            await spread.WhenAllAsync();
            await WaitUntilHandledAsync(connectionString);
        }
        finally
        {
            foreach (var instance in instances)
                await instance.DisposeAsync();
        }

        // Opens new connections, because the restart of the database broke earlier ones.
        await using var written = new HandlingLog(connectionString, _schema, run: 0);
        var history = new History(await written.ReadAsync(Token), await written.ReadHandledAsync(Token), load.Answered, disturbances);
        var summary = $"{disturbances.Kills} kills, {disturbances.ShortStops} short stops, {disturbances.LongStops} stops beyond the lease, {disturbances.Restarts} restarts "
            + $"of the database, {history.Stalls} stalls; {load.Count} events answered, {load.Duplicates + spread.Duplicates} duplicates, {history.Handlings} attempts, "
            + $"{history.Overlaps.Count} overtaken.";
        TestContext.Current.SendDiagnosticMessage(summary);
        output.WriteLine(summary);
        history.CheckAnsweredEventsAreHandled();
        history.CheckEventsAreStoredOnce();
        history.CheckNoOverlapsInDocument();
        history.CheckOrderInDocument();
        history.CheckLastAttemptCounts();
        load.Count.Should().BeGreaterThan(disturbances.Kills);

        // In a short run, no handler may be running when a process is stopped.
        if (isLong)
            history.Overlaps.Should().NotBeEmpty("a process that is stopped beyond its lease while handlers run is overtaken");
    }

    private async Task WaitUntilHandledAsync(string connectionString)
    {
        var options = new WebSoPostgreSqlOptions { Schema = _schema };
        await using var engine = PostgreSqlInbox.CreateEngine(connectionString, options, TimeProvider.System, NullLogger.Instance);
        var begin = Stopwatch.GetTimestamp();
        while (await engine.Reader.GetBacklogAsync(null, Token) is { Pending: > 0 } or { Handling: > 0 })
        {
            Stopwatch.GetElapsedTime(begin).Should().BeLessThan(TimeSpan.FromMinutes(2), "all stored events are handled");
            await Task.Delay(50, Token);
        }

        var counts = await engine.Reader.CountAsync(null, Token);
        counts.Where(state => state.Value > 0).Select(state => state.Key).Should().Equal(WebSoInboxState.Handled);
    }
}
