using System.Diagnostics;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Crash;

public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Documents = 8;

    private static readonly KillStep[] s_steps = Enum.GetValues<KillStep>();

    private readonly TempFolder _folder = new();
    private readonly List<Sender> _senders = [.. Enumerable.Range(1, Documents).Select(i => new Sender($"document-{i}"))];
    private readonly List<string> _logs = [];
    private readonly List<string> _ends = [];
    private readonly HttpClient _client = new();
    private int _takeovers;

    private string Database => _folder.File();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    // With WEBSO_LONG_TESTS=1, the test ends 400 processes.
    [Fact]
    public async Task Receiver_KilledAtAnyStepOrStopped_LosesNoEventAndKeepsOrder()
    {
        var ends = LongRun.IsOn ? 400 : 20;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);

        ReceiverProcess? standby = null;
        for (var i = 0; i < ends; i++)
            standby = await RunUntilEndedAsync(standby, i, random);
        await RunUntilHandledAsync(standby);

        var log = HandlingLog.Check(_logs.SelectMany(File.ReadAllLines).Concat(_ends));
        foreach (var sender in _senders)
            log.LastHandledOf(sender.Document).Should().Be(sender.Answered, "all events that were answered with 200 are handled");
        var answered = _senders.Sum(sender => sender.Answered);
        answered.Should().BeGreaterThan(ends);
        log.RepeatedCalls.Should().BeLessThanOrEqualTo(ends * Documents);
        var stops = ends / s_steps.Length;
        var counts = $"{ends - stops} kills, {stops} stops, {_takeovers} takeovers by a waiting process; {answered} events answered and handled, {log.RepeatedCalls} repeated handler calls.";
        TestContext.Current.SendDiagnosticMessage(counts);
        output.WriteLine(counts);
    }

    // Another process can repeat the attempts of an ended process.
    private void RecordEnd(ReceiverProcess? receiver)
    {
        if (receiver is not null)
            _ends.Add($"{Stopwatch.GetTimestamp()} {receiver.Id} ended");
    }

    // Returns the standby process, which continues, or null.
    private async Task<ReceiverProcess?> RunUntilEndedAsync(ReceiverProcess? waiting, int number, Random random)
    {
        var step = StepOf(number);
        using var receiver = waiting ?? await StartAsync(step, random);
        if (receiver.Url is not { } url)
        {
            RecordEnd(receiver);
            return null;
        }

        var ended = receiver.Exited;
        var standby = random.Next(4) == 0 ? await StartAsync(StepOf(number + 1), random) : null;
        var sending = Task.WhenAll(_senders.Select((sender, i) =>
            sender.SendUntilAsync(_client, i % 2 == 0 ? standby?.Url ?? url : url, int.MaxValue, ended)));
        if (step is KillStep.None or KillStep.Stop)
            await Task.WhenAny(ended, Task.Delay(random.Next(1, 300), Token));
        if (step == KillStep.None)
            receiver.Kill();
        else if (step == KillStep.Stop)
            await receiver.StopAsync(Token);

        await ended.WaitAsync(TimeSpan.FromSeconds(60), Token);
        RecordEnd(receiver);
        await sending;
        if (standby is { Url: not null })
            _takeovers++;
        return standby;
    }

    private async Task RunUntilHandledAsync(ReceiverProcess? waiting)
    {
        waiting?.Dispose();
        RecordEnd(waiting);
        using var receiver = await StartAsync(KillStep.None, new Random(0));
        await Task.WhenAll(_senders.Select(sender => sender.SendUntilAsync(_client, receiver.Url!, sender.Answered + 1, receiver.Exited)));
        await InboxFile.WaitUntilHandledAsync(Database, Token);
    }

    private static KillStep StepOf(int number) => s_steps[number % s_steps.Length];

    private Task<ReceiverProcess> StartAsync(KillStep step, Random random)
    {
        _logs.Add(Path.Combine(_folder.Path, $"handled-{_logs.Count}.log"));
        return ReceiverProcess.StartAsync(Database, _logs[^1], step, random.Next(1, 60), Token);
    }
}
