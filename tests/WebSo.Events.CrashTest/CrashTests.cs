using FluentAssertions;
using Xunit;

namespace WebSo.Events.CrashTest;

public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Documents = 8;

    private static readonly KillStep[] s_steps = Enum.GetValues<KillStep>();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-crash-");

    private string Database => Path.Combine(_folder.FullName, "events.db");

    private string Log => Path.Combine(_folder.FullName, "handled.log");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    // The long form, WEBSO_LONG_TESTS=1, kills 300 times.
    [Fact]
    public async Task KilledAtAnyStep_NothingAnsweredIsLost_AndTheOrderHolds()
    {
        var kills = Environment.GetEnvironmentVariable("WEBSO_LONG_TESTS") == "1" ? 301 : 14;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var client = new HttpClient();
        var senders = Enumerable.Range(1, Documents).Select(i => new Sender($"document-{i}")).ToList();

        for (var i = 0; i < kills; i++)
            await RunUntilKilledAsync(senders, client, s_steps[i % s_steps.Length], random);
        await RunToTheEndAsync(senders, client);

        var log = HandlingLog.Check(await File.ReadAllLinesAsync(Log, Token));
        foreach (var sender in senders)
            log.EndedOf(sender.Document).Should().Be(sender.Answered, "all that was answered with 200 is handled");
        var answered = senders.Sum(sender => sender.Answered);
        answered.Should().BeGreaterThan(kills);
        log.Again.Should().BeLessThanOrEqualTo(kills * Documents);
        TestContext.Current.SendDiagnosticMessage($"{kills} kills, {answered} events answered and handled, {log.Again} handled again after a kill.");
        output.WriteLine($"{kills} kills, {answered} events answered and handled, {log.Again} handled again after a kill.");
    }

    private async Task RunUntilKilledAsync(List<Sender> senders, HttpClient client, KillStep step, Random random)
    {
        using var receiver = await ReceiverProcess.StartAsync(Database, Log, step, random.Next(1, 60), Token);
        if (receiver.Url is not { } url)
            return;

        var ended = receiver.Exited;
        var sending = Task.WhenAll(senders.Select(sender => sender.SendUntilAsync(client, url, int.MaxValue, ended)));
        if (step == KillStep.None)
        {
            await Task.Delay(random.Next(1, 300), Token);
            receiver.Kill();
        }

        await ended.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await sending;
    }

    private async Task RunToTheEndAsync(List<Sender> senders, HttpClient client)
    {
        using var receiver = await ReceiverProcess.StartAsync(Database, Log, KillStep.None, 0, Token);
        await Task.WhenAll(senders.Select(sender => sender.SendUntilAsync(client, receiver.Url!, sender.Answered + 1, receiver.Exited)));
        await using var store = new SqliteInboxStore(Database);
        while ((await store.GetBacklogAsync(null, Token)) is { Pending: > 0 } or { Handling: > 0 })
            await Task.Delay(20, Token);
    }
}
