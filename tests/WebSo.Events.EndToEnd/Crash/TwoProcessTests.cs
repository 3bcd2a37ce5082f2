using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Crash;

// An overlapped recycle: a second process starts on the file of the first, which is killed later.
public sealed class TwoProcessTests : IDisposable
{
    private const int Each = 20;

    private readonly TempFolder _folder = new();

    private string Database => _folder.File();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task TwoProcesses_OneIsKilled_OtherContinuesInOrder()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new HttpClient();
        var senders = Enumerable.Range(1, 4).Select(number => new Sender($"{number}")).ToList();

        using (var first = await ReceiverProcess.StartAsync(Database, Log("first"), KillStep.None, 0, token))
        {
            using var other = await ReceiverProcess.StartAsync(Database, Log("second"), KillStep.None, 0, token);
            await Task.WhenAll(senders.Select((sender, i) => i % 2 == 0
                ? sender.SendUntilAsync(client, first.Url!, Each, first.Exited)
                : sender.SendUntilAsync(client, other.Url!, Each, other.Exited)));
            await InboxFile.WaitUntilHandledAsync(Database, token);

            first.Kill();
            await first.Exited;
            await Task.WhenAll(senders.Select(sender => sender.SendUntilAsync(client, other.Url!, 2 * Each, other.Exited)));
            await InboxFile.WaitUntilHandledAsync(Database, token);
        }

        var both = HandlingLog.Check([.. await File.ReadAllLinesAsync(Log("first"), token), .. await File.ReadAllLinesAsync(Log("second"), token)]);
        senders.Should().AllSatisfy(sender => both.LastHandledOf(sender.Document).Should().Be(2 * Each));
        both.RepeatedCalls.Should().Be(0);
        (await File.ReadAllLinesAsync(Log("first"), token)).Should().Contain(line => line.Contains("end", StringComparison.Ordinal));
        (await File.ReadAllLinesAsync(Log("second"), token)).Should().Contain(line => line.Contains("end", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task TwoProcesses_OnOneFile_HandleTheirOwnEndpoints()
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
            await InboxFile.WaitUntilHandledAsync(Database, token);
        }

        HandlingLog.Check(await File.ReadAllLinesAsync(Log("test"), token)).LastHandledOf("a").Should().Be(Each);
        HandlingLog.Check(await File.ReadAllLinesAsync(Log("production"), token)).LastHandledOf("b").Should().Be(Each);
    }

    private string Log(string process) => Path.Combine(_folder.Path, process + ".log");
}
