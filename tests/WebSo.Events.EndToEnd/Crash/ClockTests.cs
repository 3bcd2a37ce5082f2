using System.Net;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Crash;

// Steps the clock of a whole process, like an NTP correction. Its timers are not affected.
public sealed class ClockTests : IDisposable
{
    private const int Each = 5;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _client = new();

    private string Database => _folder.File();

    private string Log => Path.Combine(_folder.Path, "handled.log");

    private string Clock => Path.Combine(_folder.Path, "clock");

    // From the Debian package faketime. The folder depends on the architecture.
    private static string? Library => !OperatingSystem.IsLinux() ? null : Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }).FirstOrDefault();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Clock_StepsBackAndForward_HandlesPendingEventsSoon()
    {
        Assert.SkipUnless(Library is not null, "faketime is not installed: apt-get install faketime");
        SetClock("+0");
        var senders = Enumerable.Range(1, 4).Select(number => new Sender($"{number}")).ToList();
        var handled = new List<int>();
        using (var receiver = await StartAsync())
        {
            var count = 0;
            foreach (var offset in new[] { "+0", "-3600", "+3600", "+0" })
            {
                // Stored before the step, and due two seconds later on the clock before the step.
                await PostAsync(receiver.Url!, $"{Receiver.Retried}-{count}", number: 1);
                await WaitUntilAsync(engine => engine.Pending == 1);
                SetClock(offset);
                count += Each;
                await Task.WhenAll(senders.Select(sender => sender.SendUntilAsync(_client, receiver.Url!, count, receiver.Exited)));
                await PostAsync(receiver.Url!, "genuine", number: 1);
                await WaitUntilAsync(backlog => backlog is { Pending: 0, Handling: 0 });
                handled.Add((await File.ReadAllLinesAsync(Log, Token)).Count(line => line.Contains($"end {Receiver.First} genuine ", StringComparison.Ordinal)));
            }
        }

        var lines = await File.ReadAllLinesAsync(Log, Token);
        var log = HandlingLog.Check(lines.Where(line => !line.Contains("genuine", StringComparison.Ordinal)));
        senders.Should().AllSatisfy(sender => log.LastHandledOf(sender.Document).Should().Be(4 * Each));

        // After a step back, the event is not a duplicate, because its key was last seen in the future. After the step forward, it is a
        // duplicate, because the step counts as downtime. On a machine that takes more than a minute for the test, the duplicate window can
        // end.
        handled[..2].Should().Equal(1, 2);
        handled[2].Should().BeOneOf(2, 3);
        handled[3].Should().Be(handled[2] + 1);
    }

    private void SetClock(string offset)
    {
        File.WriteAllText(Clock + ".new", offset);
        File.Move(Clock + ".new", Clock, overwrite: true);
    }

    private Task<ReceiverProcess> StartAsync() => ReceiverProcess.StartAsync(Database, Log, KillStep.None, 0, Token, environment: new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = Clock,
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    });

    private async Task PostAsync(Uri url, string document, int number)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(
            $$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"{{number}}"}"""));
        using var response = await _client.PostAsync(url, content, Token);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private async Task WaitUntilAsync(Func<WebSoInboxBacklog, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(s_limit);
        await InboxFile.WaitUntilAsync(Database, condition, limit.Token);
    }
}
