using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class ToolTests
{
    [Theory]
    [InlineData("STATUS_CHANGE --document-id 23822 --from 1 --to 2", """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""")]
    [InlineData("USER_FINISH --user-id 1 --document-id 27268 --fields-signed 2", """{"user_id":"1","event":"USER_FINISH","document_id":"27268","fields_signed":"2"}""")]
    [InlineData(
        "FIELD_SIGNED_OR_REJECTED --field-id 12 --field-status signed --document-id 27268 --user-id 1",
        """{"field_id":"12","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"27268","user_id":"1"}""")]
    [InlineData("RENDER_RETURN --status success --document-id 1234", """{"event":"RENDER_RETURN","status":"success","document_id":"1234"}""")]
    [InlineData("FUTURE --document-id 1 --property a=\"b", """{"event":"FUTURE","document_id":"1","a":"\"b"}""")]
    public async Task Send_DocumentedEvent_SendsDocumentedBytesAndExitsWith0(string arguments, string body)
    {
        await using var receiver = await ScriptedReceiver.StartAsync();

        var (exitCode, output, error) = await ToolProcess.RunAsync(["send", .. arguments.Split(' '), "--url", receiver.Url]);

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Should().Contain("attempt 1: 200");
        (await receiver.NextAsync()).Text.Should().Be(body);
    }

    [Fact]
    public async Task Send_OnlyUrl_TriesOnceAndExitsWith1()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(204);

        var (exitCode, output, _) = await ToolProcess.RunAsync("send", "USER_FINISH", "--url", receiver.Url + "?key=geheim", "--json");

        exitCode.Should().Be(1);
        var attempt = JsonElement.Parse(output.Split('\n')[0]);
        attempt.GetProperty("status").GetInt32().Should().Be(204);
        attempt.GetProperty("attempt").GetInt32().Should().Be(1);
        output.Should().NotContain("geheim");
        receiver.TakeAll().Should().ContainSingle();
    }

    [Fact]
    public async Task Send_Config_RetriesUntil200AndShowsNoSecret()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(500, 308);
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_retry=1\nwebso_events_keys=X-Key\nwebso_events_values=geheim");

        var (exitCode, output, error) = await ToolProcess.RunAsync("send", "USER_FINISH", "--config", config.Path);

        exitCode.Should().Be(0);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(3);
        (output + error).Should().NotContain("geheim");
        receiver.TakeAll().Should().HaveCount(3).And.OnlyContain(call => call.Headers["X-Key"] == "geheim");
    }

    [Fact]
    public async Task Send_FilteredOut_ExitsWith1()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_filter=RENDER_RETURN");

        var (exitCode, output, _) = await ToolProcess.RunAsync("send", "USER_FINISH", "--config", config.Path);

        exitCode.Should().Be(1);
        output.Should().Contain("webso_events_filter");
    }

    [Fact]
    public async Task Send_Interrupted_ExitsImmediatelyWith130()
    {
        await using var receiver = await ScriptedReceiver.StartAsync([.. Enumerable.Repeat(500, 100)]);
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_retry=3600000");
        using var tool = ToolProcess.Start("send", "USER_FINISH", "--config", config.Path);
        (await tool.ReadLineAsync()).Should().Contain("500");

        await tool.InterruptAsync();

        (await tool.WaitAsync()).Should().Be(130);
    }

    [Fact]
    public async Task Simulate_WithFaults_SendsAllEventsAndSummaryAgrees()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(500, 204);
        using var config = new TemporaryFile($"webso_events_url={receiver.Url}\nwebso_events_retry=1");

        var (exitCode, output, error) = await ToolProcess.RunAsync(
            "simulate", "--config", config.Path, "--documents", "20", "--seed", "5", "--faults", "duplicate,reordered,lost-answer,torn,second-post,unknown-event", "--json");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        var summary = JsonElement.Parse(output);
        var events = summary.GetProperty("events").GetInt32();
        events.Should().BeGreaterThan(20 * 9);
        summary.GetProperty("delivered").GetInt32().Should().Be(events);
        summary.GetProperty("attempts").GetInt32().Should().BeGreaterThan(events);
        receiver.TakeAll().Should().HaveCountGreaterThan(events);
    }

    [Fact]
    public async Task Simulate_SomeEventsFail_ExitsWith1AndShowsTable()
    {
        await using var receiver = await ScriptedReceiver.StartAsync(500);

        var (exitCode, output, _) = await ToolProcess.RunAsync("simulate", "--url", receiver.Url, "--documents", "2", "--signers", "1", "--fields", "1");

        exitCode.Should().Be(1);
        output.Should().MatchRegex("events +. +8").And.MatchRegex("not delivered +. +1").And.Contain("latency p99");
    }

    [Fact]
    public async Task Simulate_Upload_CallsUrlsOfDocuments()
    {
        await using var receiver = await ScriptedReceiver.StartAsync();
        using var upload = new TemporaryFile($"<ESign><CallbackUrl>{receiver.Url}/own</CallbackUrl><PDF>JVBERi0=</PDF></ESign>");

        var (exitCode, _, _) = await ToolProcess.RunAsync("simulate", "--url", receiver.Url, "--esign", upload.Path, "--documents", "3", "--signers", "1", "--fields", "1");

        exitCode.Should().Be(0);
        receiver.TakeAll().Should().HaveCount(12).And.OnlyContain(call => call.Path == "/events/own");
    }

    [Theory]
    [InlineData("simulate --url http://localhost/x --faults magic", "magic")]
    [InlineData("simulate --url http://localhost/x --documents 0", "--documents")]
    [InlineData("simulate", "--url")]
    [InlineData("send USER_FINISH --url /relative", "absolute")]
    public async Task Tool_InvalidArguments_NamesFixAndExitsWithError(string arguments, string hint)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync(arguments.Split(' '));

        exitCode.Should().NotBe(0);
        error.Should().Contain(hint);
    }

    [Fact]
    public async Task ListenThenReplay_AnyBytes_ArriveUnchanged()
    {
        using var record = new TemporaryFile();
        using var config = new TemporaryFile("webso_events_retries=0\nwebso_events_keys=X-Key\nwebso_events_values=geheim");
        using (var listener = ToolProcess.Start("listen", "--port", "0", "--record", record.Path, "-v", "--json"))
        {
            var url = JsonElement.Parse((await listener.ReadLineAsync())!).GetProperty("url").GetString();
            using var sender = new WebSoEventSender(WebSoServerConfiguration.Read(config.Path), new() { Url = url + "/a?key=geheim" });
            await sender.SendAsync("{event:\"RENDER_RETURN\",\"status\":\"success\",\"document_id\":\"1234\"}"u8.ToArray(), cancellationToken: TestContext.Current.CancellationToken);
            await sender.SendAsync(new byte[] { 0, 255, 10 }, cancellationToken: TestContext.Current.CancellationToken);
            var shown = JsonElement.Parse((await listener.ReadLineAsync())!);
            shown.GetProperty("event").GetString().Should().Be("RENDER_RETURN");
            shown.GetProperty("path").GetString().Should().Be("/a");
            shown.GetProperty("headers").GetProperty("X-Key").GetString().Should().Be("***");
            await listener.ReadLineAsync();

            await listener.InterruptAsync();

            (await listener.WaitAsync()).Should().Be(130);
        }

        (await File.ReadAllTextAsync(record.Path, TestContext.Current.CancellationToken)).Should().NotContain("geheim").And.Contain("X-Key");
        await using var receiver = await ScriptedReceiver.StartAsync();
        var (exitCode, _, _) = await ToolProcess.RunAsync("replay", record.Path, "--url", receiver.Url, "--speed", "0", "--config", config.Path);
        exitCode.Should().Be(0);
        var calls = receiver.TakeAll();
        calls.Should().HaveCount(2).And.OnlyContain(call => call.Headers["X-Key"] == "geheim");
        calls[0].Text.Should().Be("{event:\"RENDER_RETURN\",\"status\":\"success\",\"document_id\":\"1234\"}");
        calls[1].Body.Should().Equal(0, 255, 10);
    }

    // In windows-1252, the body has another meaning than without the charset.
    [Fact]
    public async Task ListenThenReplay_ContentTypes_ArriveUnchanged()
    {
        string?[] types = ["text/plain; charset=windows-1252", "application/json", "application/json", null];
        using var record = new TemporaryFile();
        using (var listener = ToolProcess.Start("listen", "--port", "0", "--record", record.Path, "--json"))
        {
            var url = JsonElement.Parse((await listener.ReadLineAsync())!).GetProperty("url").GetString();
            foreach (var type in types)
            {
                using var sender = new WebSoEventSender(WebSoServerConfiguration.Parse(""), new() { Url = url, ContentType = type });
                await sender.SendAsync(new byte[] { (byte)'{', 0xFC, 0x80, (byte)'}' }, cancellationToken: TestContext.Current.CancellationToken);
                await listener.ReadLineAsync();
            }
        }

        await using var receiver = await ScriptedReceiver.StartAsync();
        var (exitCode, _, error) = await ToolProcess.RunAsync("replay", record.Path, "--url", receiver.Url, "--speed", "0");

        (exitCode, error).Should().Be((0, ""));
        var calls = receiver.TakeAll();
        calls.Select(call => call.Headers.GetValueOrDefault("Content-Type")).Should().Equal(types);
        calls.Should().OnlyContain(call => call.Body!.SequenceEqual(new byte[] { (byte)'{', 0xFC, 0x80, (byte)'}' }) && call.Path == "/events");
    }

    [Fact]
    public async Task Listen_Verbose_HidesSecrets()
    {
        using var listener = ToolProcess.Start("listen", "--port", "0", "-v", "--answer", "500");
        var url = (await listener.ReadLineAsync())!.Split(' ')[^1];
        using var sender = new WebSoEventSender(
            WebSoServerConfiguration.Parse("webso_events_retries=0\nwebso_events_retry=0\nwebso_events_keys=Authorization\nwebso_events_values=Basic Zm9vOmJhcg=="),
            new() { Url = url });

        var result = await sender.SendAsync(new UnknownWebSoEvent("X"), cancellationToken: TestContext.Current.CancellationToken);

        result.Attempts[0].StatusCode.Should().Be(500);
        (await listener.ReadLineAsync()).Should().Contain("""POST / -> 500  {"event":"X"}""");
        var headers = new List<string?>();
        for (var i = 0; i < 4; i++)
            headers.Add(await listener.ReadLineAsync());
        headers.Should().Contain("  Authorization: ***").And.Contain("  Content-Type: application/x-www-form-urlencoded");
    }

    [Fact]
    public async Task Replay_NoRecord_ExitsWith2()
    {
        using var file = new TemporaryFile("not json\n");

        var (exitCode, _, error) = await ToolProcess.RunAsync("replay", file.Path, "--url", "http://localhost/x");

        exitCode.Should().Be(2);
        error.Should().Contain("Line 1").And.Contain("nothing was sent");
    }
}
