using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>Runs the .NET Framework service on Mono, with and without an inbox.</summary>
public sealed class NetFrameworkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _prefix = Loopback.FreePrefix();
    private readonly SampleClient _client;

    public NetFrameworkTests() => _client = new SampleClient(_prefix);

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    private string Database => _folder.File();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Service_WithoutInboxUnderMono_HandlesCalls()
    {
        await using var sample = await StartAsync(_prefix);

        await _client.PostPayloadsAsync(sample);
        (await _client.PostAsync("not json")).Should().Be(HttpStatusCode.BadRequest);
        (await _client.PostAsync(Failing)).Should().Be(HttpStatusCode.InternalServerError, "the handler throws");
        (await _client.PostAsync(new string(' ', 200_000))).Should().Be(HttpStatusCode.RequestEntityTooLarge);
        await _client.GetIsNotAllowedAsync();
        (await _client.PostManyAsync(100)).Should().OnlyContain(status => status == HttpStatusCode.OK);
        await sample.WaitForAsync("STATUS_CHANGE document id", Canceled, count: 100);
        sample.Seen.Should().OnlyHaveUniqueItems("each event is handled once");

        (await sample.PressEnterAsync(Canceled)).Should().Be(0);
        await _client.NobodyListensAsync();
    }

    [Theory]
    [InlineData("zz\r\n{", "HTTP/1.1 400", "its chunks are malformed")]
    [InlineData("d\r\n{\"event\":\"X\"}\r\n", "", null)]
    [InlineData("d\r\n{\"event\":\"X\"}\r\n0\r\n\r\n", "HTTP/1.1 200", null)]
    public async Task Service_ChunkedBodyUnderMono_IsReadOrRefusedAsOnNet(string chunks, string answer, string? warning)
    {
        await using var sample = await StartAsync(_prefix);
        var url = new Uri(_prefix);
        await using var connection = await RawConnection.OpenAsync(url);

        await connection.SendAsync(RawConnection.Head(url, $"X-Webso-Key: {SampleClient.Key}\r\nTransfer-Encoding: chunked\r\n") + chunks);
        if (answer.Length == 0)
            connection.EndSending();

        var head = await connection.ReadHeadAsync(Canceled).WaitAsync(TimeSpan.FromSeconds(30), Canceled);
        if (answer.Length == 0)
            head.Should().NotContain("200", "the last chunk is missing");
        else
            head.Should().StartWith(answer);
        if (warning is not null)
            await sample.WaitForAsync(warning, Canceled);
    }

    [Fact]
    public async Task Service_WithInboxUnderMono_StoresAndHandlesEvents()
    {
        await using var sample = await StartAsync(_prefix, Database);

        await _client.PostPayloadsAsync(sample);
        (await _client.PostAsync(Payloads.StatusChange)).Should().Be(HttpStatusCode.OK, "it is a repeat");
        (await _client.PostAsync("not json")).Should().Be(HttpStatusCode.OK, "it is kept");
        (await _client.PostAsync(Failing)).Should().Be(HttpStatusCode.OK, "it is kept");
        (await _client.PostAsync(new string(' ', 200_000))).Should().Be(HttpStatusCode.RequestEntityTooLarge);
        await _client.GetIsNotAllowedAsync();
        (await _client.PostManyAsync(100)).Should().OnlyContain(status => status == HttpStatusCode.OK);
        await sample.WaitForAsync("STATUS_CHANGE document id", Canceled, count: 100);
        var retried = await WaitForRetryAsync("1234-fails");

        (await sample.PressEnterAsync(Canceled)).Should().Be(0);
        await _client.NobodyListensAsync();
        sample.Seen.Should().OnlyHaveUniqueItems("each event is handled once");
        retried.LastError.Should().Contain($"could not be rendered (delivery {retried.DeliveryId})");
        var kept = await ListAsync(new());
        kept.Should().HaveCount(Payloads.All.Count + 2 + 100);
        kept.Should().ContainSingle(entry => entry.State == WebSoInboxState.Malformed);
        kept.Should().ContainSingle(entry => entry.State == WebSoInboxState.Pending).Which.DocumentId.Should().Be("1234-fails");
        kept.Single(entry => entry.DocumentId == "23822").ReceiveCount.Should().Be(2);
    }

    [Fact]
    public async Task Service_KilledUnderMono_HandlesStoredEventsAfterRestart()
    {
        await using var killed = await StartAsync(_prefix, Database);

        // Handling is paused until the resume command.
        await InStoreAsync(async inbox => await inbox.PauseAsync(Canceled));
        (await _client.PostManyAsync(100)).Should().OnlyContain(status => status == HttpStatusCode.OK);
        killed.Kill();
        await killed.Exited.WaitAsync(Canceled);
        var left = await ListAsync(new() { State = WebSoInboxState.Pending });
        await InStoreAsync(async inbox => await inbox.ResumeAsync(Canceled));

        await using var restarted = await StartAsync(_prefix, Database);
        await restarted.WaitForAsync("STATUS_CHANGE document id", Canceled, count: 100);

        left.Should().HaveCount(100);
        restarted.Seen.Should().OnlyHaveUniqueItems();
        (await restarted.PressEnterAsync(Canceled)).Should().Be(0);
        (await ListAsync(new() { State = WebSoInboxState.Handled })).Should().HaveCount(100);
    }

    [Fact]
    public async Task Service_HandlerThrowsWithoutLogging_PrintsOneSafeLine()
    {
        await using var sample = await StartAsync(_prefix);

        (await _client.PostAsync(Failing.Replace("-fails", "\\u001b[2J\\r\\nerror: forged \\u202e", StringComparison.Ordinal)))
            .Should().Be(HttpStatusCode.InternalServerError);
        await sample.WaitForAsync("System.InvalidOperationException: Document 1234", Canceled);
        (await sample.PressEnterAsync(Canceled)).Should().Be(0);

        sample.Seen.Should().ContainSingle(line => line.StartsWith("error: WebSo.Events."))
            .Which.Should().Contain("could not be rendered").And.Contain("NetFrameworkService.Printer.HandleAsync");
        sample.Seen.Should().NotContain(line => line.Any(c => char.IsControl(c) || c == '\u202e')).And.NotContain(line => line.StartsWith("error: forged"));
    }

    [Fact]
    public async Task Service_PortInUseUnderMono_PrintsCommand()
    {
        await using var first = await StartAsync(_prefix);

        await using var second = Launch(_prefix);

        await second.WaitForAsync($"{_prefix}: another process uses the port. To find it: ", Canceled);
    }

    private static string Failing { get; } = Payloads.RenderReturn.Replace("success", "error", StringComparison.Ordinal).Replace("1234", "1234-fails", StringComparison.Ordinal);

    internal static async Task<ChildProcess> StartAsync(params string[] args)
    {
        var sample = Launch(args);
        await sample.WaitForAsync("Now listening on: ", Canceled);
        return sample;
    }

    private static ChildProcess Launch(params string[] args)
    {
        Assert.SkipUnless(InstalledProgram.Exists("mono"), "mono is not installed: apt-get install --no-install-recommends mono-devel");
        var program = Path.Combine(Sample.OutputOf("NetFrameworkService", "net472"), "NetFrameworkService.exe");
        return Sample.LaunchListener("mono", [program, .. args]);
    }

    private Task<WebSoInboxEntry> WaitForRetryAsync(string document) => Eventually.FindAsync(
        async () => (await ListAsync(new() { DocumentId = document, State = WebSoInboxState.Pending })).FirstOrDefault(entry => entry.Attempts > 1),
        "the other process has tried again");

    private async Task<IReadOnlyList<WebSoInboxEntry>> ListAsync(WebSoInboxFilter filter)
    {
        IReadOnlyList<WebSoInboxEntry> entries = [];
        await InStoreAsync(async inbox => entries = (await inbox.ListAsync(filter, pageSize: 1000, cancellationToken: Canceled)).Entries);
        return entries;
    }

    // Reads the inbox on .NET while the process on Mono uses it.
    private async Task InStoreAsync(Func<IWebSoInbox, Task> act)
    {
        await using var engine = SqliteInbox.CreateEngine(Database, new WebSoSqliteOptions(), TimeProvider.System, NullLogger.Instance, createSchema: false);
        await engine.OpenAsync(Canceled);
        await act(new WebSoInbox(engine, null, static _ => null));
    }
}
