using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace WebSo.Events.ScaleOutTest;

// With a database server of its own, which it restarts.
public sealed class ScaleOutTests(PostgreSqlServer server, ITestOutputHelper output) : IClassFixture<PostgreSqlServer>
{
    private readonly string _schema = "scale_" + Guid.NewGuid().ToString("N");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The long form, WEBSO_LONG_TESTS=1, kills 200 times.
    [Fact]
    public async Task ThreeInstances_KilledAndStoppedAtRandom_KeepThePromise()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The processes of the test are stopped and continued by signals, and compare a clock that Linux gives to all.");
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
            await WaitUntilAllIsHandledAsync(connectionString);
        }
        finally
        {
            foreach (var instance in instances)
                await instance.DisposeAsync();
        }

        // Connections of before were broken by the restart of the database.
        await using var written = new HandlingLog(connectionString, _schema, run: 0);
        var history = new History(await written.ReadAsync(Token), await written.ReadHandledAsync(Token), load.Answered, disturbances);
        var summary = $"{disturbances.Kills} kills, {disturbances.ShortStops} short stops, {disturbances.LongStops} stops beyond the lease, {disturbances.Restarts} restarts "
            + $"of the database, {history.Stalls} stalls; {load.Count} events answered, {load.Repeats + spread.Repeats} repeats, {history.Handlings} attempts, "
            + $"{history.Overlaps.Count} overtaken.";
        TestContext.Current.SendDiagnosticMessage(summary);
        output.WriteLine(summary);
        history.EachAnsweredEventIsHandled();
        history.EachEventIsStoredOnce();
        history.NoneOfOneDocumentOverlap();
        history.EachDocumentIsInOrder();
        history.TheLastAttemptCounts();
        load.Count.Should().BeGreaterThan(disturbances.Kills);

        // Whether a handler is amid its work when its process is stopped is chance, which a few stops may miss.
        if (isLong)
            history.Overlaps.Should().NotBeEmpty("a process that is stopped beyond its lease amid handlers is overtaken");
    }

    private async Task WaitUntilAllIsHandledAsync(string connectionString)
    {
        var options = new WebSoPostgreSqlOptions { Schema = _schema };
        await using var engine = PostgreSqlInbox.CreateEngine(connectionString, options, TimeProvider.System, NullLogger.Instance);
        var begin = Stopwatch.GetTimestamp();
        while (await engine.Reader.GetBacklogAsync(null, Token) is { Pending: > 0 } or { Handling: > 0 })
        {
            Stopwatch.GetElapsedTime(begin).Should().BeLessThan(TimeSpan.FromMinutes(2), "what is stored is handled");
            await Task.Delay(50, Token);
        }

        var counts = await engine.Reader.CountAsync(null, Token);
        counts.Where(state => state.Value > 0).Select(state => state.Key).Should().Equal(WebSoInboxState.Handled);
    }
}
