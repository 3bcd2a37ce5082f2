using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Errors that the user can fix are reported in one line and are never a success.</summary>
public sealed class MisuseTests
{
    [Fact]
    public async Task Simulate_ConfigWithoutUrl_ExitsWith2()
    {
        using var config = new TemporaryFile("webso_events_retry=1000");

        var (exitCode, _, error) = await ToolProcess.RunAsync("simulate", "--config", config.Path);

        exitCode.Should().Be(2);
        error.Trim().Should().Be("webso_events_url is not set, so nothing would be sent. Set it, or use --url.");
    }

    [Theory]
    [InlineData("send USER_FINISH")]
    [InlineData("simulate --documents 1")]
    [InlineData("replay record.jsonl")]
    public async Task Headers_Ambiguous_SendsNothingAndExitsWith2(string command)
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var record = new TemporaryFile("{\"received_at\":\"2026-01-01T00:00:00Z\",\"body_base64\":\"e30=\"}\n");
        using var config = new TemporaryFile("webso_events_keys=user,password\nwebso_events_values=foo");
        var arguments = command.Replace("record.jsonl", record.Path, StringComparison.Ordinal).Split(' ');

        var (exitCode, _, error) = await ToolProcess.RunAsync([.. arguments, "--url", receiver.Url, "--config", config.Path]);

        exitCode.Should().Be(2);
        error.Trim().Split('\n').Should().ContainSingle().Which.Should().Contain("line 1: webso_events_keys has 2 names, but webso_events_values has 1 value").And.NotContain("foo");
        receiver.TakeAll().Should().BeEmpty();
    }

    [Fact]
    public async Task Simulate_AllEventsFilteredOut_ExitsWith1()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_filter=RENDER_RETRUN");

        var (exitCode, _, error) = await ToolProcess.RunAsync("simulate", "--config", config.Path);

        exitCode.Should().Be(1);
        error.Should().Contain("Nothing was sent");
        receiver.TakeAll().Should().BeEmpty();
    }

    [Theory]
    [InlineData("send USER_FINISH --url foo", "--url is 'foo', which is not an absolute http or https URL. Use a URL like 'https://host/webso/events'.")]
    [InlineData("lint no-such.ini --url foo", "--url is 'foo', which is not an absolute http or https URL")]
    [InlineData("replay no-such.jsonl --url foo", "--url is 'foo', which is not an absolute http or https URL")]
    [InlineData("simulate --url foo://u:geheim@host/x?key=geheim", "--url is 'foo://host/x?***', which is not an absolute http or https URL")]
    [InlineData("send USER_FINISH --url http://u:geheim@127.0.0.1:9/ö?key=geheim", "'http://127.0.0.1:9/ö?***' contains a space")]
    [InlineData("send STATUS_CHANGE --url http://127.0.0.1:9/ --from ", "--from is empty. Give a value, or omit the option for 1.")]
    [InlineData("send USER_FINISH --url http://127.0.0.1:9/ --user-id ", "--user-id is empty. Give a value, or omit the option for 1.")]
    [InlineData("send USER_FINISH --url http://127.0.0.1:9/ --document-id ", "--document-id is empty. Give a value, or omit the option for 1.")]
    [InlineData("send RENDER_RETURN --url http://127.0.0.1:9/ --status ", "--status is empty. Give a value, or omit the option for success.")]
    [InlineData("send  --url http://127.0.0.1:9/", "EVENT is empty. Give an event name, such as STATUS_CHANGE.")]
    [InlineData("simulate --url http://127.0.0.1:9/ --fault-rate 3", "--fault-rate is '3'. Use a number from 0 to 1.")]
    [InlineData("simulate --url http://127.0.0.1:9/ --rate -5", "--rate is '-5'. Use 0, or a number from 0.001 to 1000000.")]
    [InlineData("listen --port 0 --answer 1000", "--answer is '1000'. Use a whole number from 200 to 599.")]
    [InlineData("listen --answer abc", "'abc'")]
    [InlineData("simulate --url http://127.0.0.1:9/ --rate many", "'many'")]
    [InlineData("simulate --url http://127.0.0.1:9/ --documents x", "--documents is 'x'. Use a whole number from 1 to 1000000000.")]
    [InlineData("listen --port 0 --host 0", "--host is '0'. Use an IP address of this machine")]
    [InlineData("listen --port 0 --host 127.1", "--host is '127.1'. Use an IP address of this machine")]
    [InlineData("listen --host nosuchhost", "--host is 'nosuchhost'. Use an IP address of this machine")]
    [InlineData("listen --port 0 --host 203.0.113.1", "--host is '203.0.113.1', which is not an address of this machine")]
    [InlineData("inbox stats", "Use --sqlite with the file of the inbox, or --postgres.")]
    public async Task Options_InvalidValue_NamesFix(string arguments, string message)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync(arguments.Split(' '));

        exitCode.Should().Be(2);
        error.Split('\n')[0].Trim().Should().Contain(message).And.NotContain("Unhandled").And.NotContain("geheim");
    }

    [Fact]
    public async Task Listen_PortInUse_ReportsIt()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, _, error) = await ToolProcess.RunAsync("listen", "--port", $"{((System.Net.IPEndPoint)other.LocalEndpoint).Port}");

        exitCode.Should().Be(2);
        error.Trim().Split('\n').Should().ContainSingle().Which.Should().Contain("address already in use");
    }

    [Fact]
    public async Task Replay_PartialLine_ReplaysRestAndExitsWith1()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var record = new TemporaryFile("{\"received_at\":\"2026-01-01T00:00:00Z\",\"body_base64\":\"e30=\"}\n{\"received_at\":\"2026-01-01T00:00:01Z\",\"body_ba");

        var (exitCode, _, error) = await ToolProcess.RunAsync("replay", record.Path, "--url", receiver.Url, "--speed", "0");

        exitCode.Should().Be(1);
        error.Trim().Split('\n').Should().ContainSingle().Which.Should().StartWith("Line 2 of");
        receiver.TakeAll().Should().ContainSingle().Which.Text.Should().Be("{}");
    }

    [Fact]
    public async Task Replay_InvalidLines_AreReportedAndSkipped()
    {
        const string Good = """{"received_at":"2026-01-01T00:00:00Z","body_base64":"e30="}""";
        string[] bad =
        [
            "", "not json", "{}", "[]", "7", "null",
            """{"received_at":"soon","body_base64":"e30="}""",
            """{"received_at":7,"body_base64":"e30="}""",
            """{"received_at":"2026-01-01T00:00:00Z"}""",
            """{"received_at":"2026-01-01T00:00:00Z","body_base64":"***"}""",
            """{"received_at":"2026-01-01T00:00:00Z","body_base64":null}""",
            """{"received_at":"2026-01-01T00:00:00Z","headers":7,"body_base64":"e30="}""",
        ];
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var record = new TemporaryFile(string.Join('\n', [Good, .. bad, Good]) + "\n");

        var (exitCode, _, error) = await ToolProcess.RunAsync("replay", record.Path, "--url", receiver.Url, "--speed", "0");

        exitCode.Should().Be(1);
        error.Trim().Split('\n').Select(line => line.Split(' ')[1]).Should().Equal(Enumerable.Range(2, bad.Length).Select(number => $"{number}"));
        receiver.TakeAll().Should().HaveCount(2);
    }

    [Fact]
    public async Task Send_RedirectedToLoginPage_ReportsLostEventAndExitsWith1()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(302);
        await using var redirecting = await ScriptedReceiver.StartAsync(303);
        await using var other = await ScriptedReceiver.StartAsync(301);

        var (exitCode, output, _) = await ToolProcess.RunAsync("send", "USER_FINISH", "--url", receiver.Url);
        var (jsonExitCode, json, _) = await ToolProcess.RunAsync("simulate", "--url", redirecting.Url, "--documents", "1", "--json");
        var (_, attempt, _) = await ToolProcess.RunAsync("send", "USER_FINISH", "--url", other.Url, "--json");

        exitCode.Should().Be(1);
        output.Should().Contain("200").And.Contain("redirected to " + receiver.Url + "/moved").And.Contain("the event is lost");
        jsonExitCode.Should().Be(1);
        (output + json + attempt).Should().NotContain("geheim");
        attempt.Should().Contain($"\"redirected_to\":\"{other.Url}/moved?***\"");
        JsonElement.Parse(json.Trim().Split('\n')[^1]).GetProperty("lost_by_redirects").GetInt32().Should().BePositive();
    }

    [Fact]
    public async Task Send_Json_EndsWithResult()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(500);

        var (_, output, _) = await ToolProcess.RunAsync("send", "USER_FINISH", "--url", receiver.Url, "--json");

        var last = JsonElement.Parse(output.Trim().Split('\n')[^1]);
        last.GetProperty("type").GetString().Should().Be("result");
        last.GetProperty("delivered").GetBoolean().Should().BeFalse();
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
