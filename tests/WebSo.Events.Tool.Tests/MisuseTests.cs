using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>What the user can mend is said in one line, and never taken for success.</summary>
public sealed class MisuseTests
{
    [Fact]
    public async Task Simulate_ConfigWithoutUrl_SaysSoAndEndsWith2()
    {
        using var config = new TemporaryFile("webso_events_retry=1000");

        var (exitCode, _, error) = await ToolProcess.RunAsync("simulate", "--config", config.Path);

        exitCode.Should().Be(2);
        error.Trim().Should().Be("webso_events_url is not set, so nothing would be sent: set it, or give --url.");
    }

    [Fact]
    public async Task Simulate_EverythingFilteredOut_SaysSoAndEndsWith1()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_filter=RENDER_RETRUN");

        var (exitCode, _, error) = await ToolProcess.RunAsync("simulate", "--config", config.Path);

        exitCode.Should().Be(1);
        error.Should().Contain("Nothing was sent");
        receiver.TakeAll().Should().BeEmpty();
    }

    [Theory]
    [InlineData("send USER_FINISH --url foo", "'foo' is no absolute http or https URL: give one as 'https://host/webso/events'.")]
    [InlineData("simulate --url http://127.0.0.1:9/ --fault-rate 3", "--fault-rate is 3: give a number from 0 to 1.")]
    [InlineData("simulate --url http://127.0.0.1:9/ --rate -5", "--rate is -5: give a number from 0 on.")]
    [InlineData("listen --port 0 --answer 1000", "--answer is 1000: give a number from 200 to 599.")]
    [InlineData("listen --answer abc", "'abc'")]
    [InlineData("simulate --url http://127.0.0.1:9/ --rate many", "'many'")]
    [InlineData("inbox stats", "Give --sqlite with the file of the inbox, or --postgres.")]
    public async Task WrongValue_IsNamedWithItsMend(string arguments, string message)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync(arguments.Split(' '));

        exitCode.Should().Be(2);
        error.Split('\n')[0].Trim().Should().Contain(message).And.NotContain("Unhandled");
    }

    [Fact]
    public async Task Send_Json_EndsWithTheResult()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(500);

        var (_, output, _) = await ToolProcess.RunAsync("send", "USER_FINISH", "--url", receiver.Url, "--json");

        var last = JsonElement.Parse(output.Trim().Split('\n')[^1]);
        last.GetProperty("type").GetString().Should().Be("result");
        last.GetProperty("outcome").GetString().Should().Be("GaveUp");
    }

    [Fact]
    public async Task Simulate_Json_CountsEachEvent()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();

        var (_, output, _) = await ToolProcess.RunAsync("simulate", "--url", receiver.Url, "--documents", "2", "--json");

        var summary = JsonElement.Parse(output.Trim().Split('\n')[^1]);
        summary.GetProperty("by_event").GetProperty("RENDER_RETURN").GetInt32().Should().Be(2);
        summary.GetProperty("not_delivered").GetInt32().Should().Be(0);
    }
}
