using FluentAssertions;
using Xunit;

namespace WebSo.Events.CrashTest;

// An overlapped recycle: a second process begins on the file of the first, which is killed later.
public sealed class TwoProcessTests : IDisposable
{
    private const int Each = 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-two-");

    private string Database => Path.Combine(_folder.FullName, "events.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task BothStore_OneHandles_AndTheOtherTakesOverWhenItIsKilled()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        var (toFirst, toSecond) = (new Sender("a"), new Sender("b"));
        var second = Log("second");

        using (var first = await ReceiverProcess.StartAsync(Database, Log("first"), KillStep.None, 0, token))
        {
            await toFirst.SendUntilAsync(client, first.Url!, 1, first.Exited);
            await WaitUntilAllIsHandledAsync(token);
            using var other = await ReceiverProcess.StartAsync(Database, second, KillStep.None, 0, token);
            await Task.WhenAll(
                toFirst.SendUntilAsync(client, first.Url!, Each, first.Exited),
                toSecond.SendUntilAsync(client, other.Url!, Each, other.Exited));
            await WaitUntilAllIsHandledAsync(token);
            var ofTheSecond = await File.ReadAllLinesAsync(second, token);

            first.Kill();
            await first.Exited;
            await toSecond.SendUntilAsync(client, other.Url!, 2 * Each, other.Exited);
            await WaitUntilAllIsHandledAsync(token);

            ofTheSecond.Should().Equal("start");
        }

        var both = HandlingLog.Check([.. await File.ReadAllLinesAsync(Log("first"), token), .. await File.ReadAllLinesAsync(second, token)]);
        both.EndedOf("a").Should().Be(Each);
        both.EndedOf("b").Should().Be(2 * Each);
        both.Again.Should().Be(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task EachHandlesItsOwnEndpoint()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        var (toTest, toProduction) = (new Sender("a"), new Sender("b"));

        using (var test = await ReceiverProcess.StartAsync(Database, Log("test"), KillStep.None, 0, token, "test"))
        using (var production = await ReceiverProcess.StartAsync(Database, Log("production"), KillStep.None, 0, token, "production"))
        {
            await Task.WhenAll(
                toTest.SendUntilAsync(client, test.Url!, Each, test.Exited),
                toProduction.SendUntilAsync(client, production.Url!, Each, production.Exited));
            await WaitUntilAllIsHandledAsync(token);
        }

        HandlingLog.Check(await File.ReadAllLinesAsync(Log("test"), token)).EndedOf("a").Should().Be(Each);
        HandlingLog.Check(await File.ReadAllLinesAsync(Log("production"), token)).EndedOf("b").Should().Be(Each);
    }

    private string Log(string process) => Path.Combine(_folder.FullName, process + ".log");

    private async Task WaitUntilAllIsHandledAsync(CancellationToken token)
    {
        await using var store = new SqliteInboxStore(Database);
        while ((await store.GetBacklogAsync(null, token)) is { Pending: > 0 } or { Handling: > 0 })
            await Task.Delay(20, token);
    }
}
