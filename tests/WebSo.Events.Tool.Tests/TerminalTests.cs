using System.Globalization;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Ctrl+C, and output that only a terminal shows.</summary>
public sealed class TerminalTests
{
    private const int Interrupted = 130;

    private static readonly Func<ReceivedCall, CancellationToken, Task> s_never = (_, aborted) => Task.Delay(Timeout.Infinite, aborted);

    [Fact]
    public async Task Simulate_InterruptedDuringCall_ExitsImmediatelyWith130()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        receiver.BeforeAnswer = s_never;
        using var tool = ToolProcess.Start("simulate", "--url", receiver.Url, "--documents", "100");
        await receiver.NextAsync();

        await tool.InterruptAsync();

        (await tool.WaitAsync()).Should().Be(Interrupted);
    }

    [Fact]
    public async Task Simulate_InterruptedBetweenRetries_ExitsImmediatelyWith130()
    {
        await using var receiver = await ScriptedReceiver.StartAsync([.. Enumerable.Repeat(500, 100)]);
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_retry=3600000");
        using var tool = ToolProcess.Start("simulate", "--config", config.Path, "--documents", "1");
        await receiver.NextAsync();

        await tool.InterruptAsync();

        (await tool.WaitAsync()).Should().Be(Interrupted);
    }

    [Fact]
    public async Task Listen_InterruptedDuringCall_ExitsImmediatelyWith130()
    {
        using var tool = ToolProcess.Start("listen", "--port", "0");
        var url = new Uri((await tool.ReadLineAsync())!.Split(' ')[^1]);
        using var caller = new System.Net.Sockets.TcpClient();
        await caller.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        await caller.GetStream().WriteAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), TestContext.Current.CancellationToken);

        await tool.InterruptAsync();

        (await tool.WaitAsync()).Should().Be(Interrupted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replay_Interrupted_ExitsImmediatelyWith130(bool isAnswered)
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        if (!isAnswered)
            receiver.BeforeAnswer = s_never;
        using var record = new TemporaryFile(Record(minute: 0) + Record(minute: 50));
        using var tool = ToolProcess.Start("replay", record.Path, "--url", receiver.Url);
        await receiver.NextAsync();
        if (isAnswered)
            await tool.ReadLineAsync();

        await tool.InterruptAsync();

        (await tool.WaitAsync()).Should().Be(Interrupted);
    }

    [Fact]
    public async Task Simulate_OnTerminal_ShowsBarAndTable()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script, of util-linux, makes the terminal");
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var tool = ToolProcess.StartOnTerminal("simulate", "--url", receiver.Url, "--documents", "3");

        var (exitCode, output, _) = await tool.ReadToEndAsync();

        exitCode.Should().Be(0);
        output.Should().MatchRegex("documents.*━.*100%", "a bar is drawn").And.Contain("\u001b[");
        output.Should().MatchRegex("not delivered.+0");
    }

    [Fact]
    public async Task Simulate_WithoutTerminal_ShowsNoBar()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();

        var (_, output, _) = await ToolProcess.RunAsync("simulate", "--url", receiver.Url, "--documents", "3");

        output.Should().NotContain("\u001b[").And.NotContain("100%");
    }

    private static string Record(int minute) => string.Format(
        CultureInfo.InvariantCulture,
        "{{\"received_at\":\"2026-01-01T00:{0:00}:00Z\",\"body_base64\":\"{1}\"}}\n",
        minute,
        Convert.ToBase64String(Encoding.UTF8.GetBytes("{}")));
}
