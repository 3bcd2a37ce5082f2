using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Text from callers can't control a terminal, has a maximum length, and is UTF-8 in JSON.</summary>
public sealed class SafeOutputTests : IDisposable
{
    private const string Hostile = "a\u001b[2J\u009b\u202eb\u2066c\u2028d\u200fe\u007f";

    private readonly TempFolder _folder = new();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Listen_HostileCall_IsShownSafely(bool isJson)
    {
        using var listener = ToolProcess.Start(["listen", "--port", "0", "-v", .. isJson ? new[] { "--json" } : []]);
        var url = await listener.ReadUrlAsync();
        var body = $$"""{"event":"{{Hostile}}","document_id":"1"}""";

        await CallAsync(url, $"POST /{Uri.EscapeDataString(Hostile)} HTTP/1.1\r\nHost: x\r\nUser-Agent: u\u202e\u2028\u0085v\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

        var lines = new List<string>();
        for (var i = 0; i < (isJson ? 1 : 4); i++)
            lines.Add((await listener.ReadLineAsync())!);
        lines.Should().OnlyContain(line => IsSafe(line));
        if (!isJson)
        {
            // Three headers with one line each. No header can add a line.
            foreach (var name in new[] { "Host", "User-Agent", "Content-Length" })
                lines.Should().ContainSingle(line => line.StartsWith($"  {name}: ", StringComparison.Ordinal));
            return;
        }

        JsonElement.Parse(lines[0]).GetProperty("body").GetString().Should().Be(body, "nothing is lost to a program");
        JsonElement.Parse(lines[0]).GetProperty("headers").GetProperty("User-Agent").GetString().Should().Be("u\u202e\u2028\u0085v");
    }

    [Fact]
    public async Task Send_HostileDocument_IsShownSafely()
    {
        var (_, output, error) = await ToolProcess.RunAsync("send", Hostile, "--document-id", Hostile, "--url", "http://127.0.0.1:9/");

        output.Should().Contain("document a?");
        (output + error).Split('\n').Should().OnlyContain(line => IsSafe(line.TrimEnd('\r')));
    }

    [Fact]
    public async Task InboxListAndShow_HostileEvent_IsShownSafely()
    {
        var file = _folder.File();
        var id = Guid.NewGuid();
        await using (var engine = await StoredEvents.OpenAsync(file))
        {
            await StoredEvents.AppendAsync(engine, id, Hostile);
            await StoredEvents.MoveToDeadLetterAsync(engine, Hostile + "\r\nforged");
        }

        var (_, list, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", file);
        var (_, show, _) = await ToolProcess.RunAsync("inbox", "show", $"{id}", "--sqlite", file);
        var (_, json, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", file, "--json");

        list.Trim().Split('\n').Should().ContainSingle().Which.Should().Match(line => IsSafe(line)).And.NotContain("forged", "it is the second line of the error");
        show.TrimEnd().Split('\n').Should().OnlyContain(line => IsSafe(line)).And.ContainSingle(line => line.Contains("forged"))
            .Which.Should().StartWith("    ", "no line of an error can be taken for one of ours");
        json.Trim().Should().Match(line => IsSafe(line));
        JsonElement.Parse(json).GetProperty("document_id").GetString().Should().Be(Hostile);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Lint_HostileFileName_IsShownSafely(bool isJson)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file names");
        var config = Path.Combine(_folder.Path, Hostile + "\nforged: error.ini");
        var upload = Path.Combine(_folder.Path, Hostile + "\nforged: error.xml");
        await File.WriteAllTextAsync(config, $"webso_events_url={Hostile}", Canceled);
        await File.WriteAllTextAsync(upload, $"<ESign><CallbackUrl>{Hostile.Replace("\u001b", "", StringComparison.Ordinal)}</CallbackUrl></ESign>", Canceled);

        var (_, output, error) = await ToolProcess.RunAsync(["lint", config, "--esign", upload, .. isJson ? new[] { "--json" } : []]);
        var (_, missing, notFound) = await ToolProcess.RunAsync("lint", config + "2");
        var (_, replayed, noRecord) = await ToolProcess.RunAsync("replay", config, "--url", "http://127.0.0.1:9/");

        output.Should().Contain("forged");
        foreach (var text in new[] { output, error, missing, notFound, replayed, noRecord })
            text.TrimEnd().Split('\n').Should().OnlyContain(line => IsSafe(line)).And.NotContain(line => line.StartsWith("forged"));
    }

    // The bytes are also valid UTF-8, so the result depends on the declared charset.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Listen_DeclaredCharset_IsHonored(bool isJson)
    {
        using var listener = ToolProcess.Start(["listen", "--port", "0", .. isJson ? new[] { "--json" } : []]);
        var url = await listener.ReadUrlAsync();
        using var client = new HttpClient();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"event":"X","document_id":"ü"}"""));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=windows-1252");

        using var answer = await client.PostAsync(url, content, Canceled);

        var line = (await listener.ReadLineAsync())!;
        line.Should().Contain("Ã¼");
        if (isJson)
        {
            JsonElement.Parse(line).GetProperty("document_id").GetString().Should().Be("Ã¼");
            JsonElement.Parse(line).GetProperty("body").GetString().Should().Contain("Ã¼");
        }
    }

    [Theory]
    [InlineData("C")]
    [InlineData("POSIX")]
    [InlineData("de_DE.ISO-8859-1")]
    public async Task Json_AnyLocale_IsUtf8(string locale)
    {
        using var tool = ToolProcess.Start(
            new Dictionary<string, string?> { ["LC_ALL"] = locale, ["LANG"] = locale },
            "send", "X", "--document-id", "ä€", "--url", "http://127.0.0.1:9/", "--json");

        var (_, output, _) = await tool.ReadToEndAsync();

        JsonElement.Parse(output.Split('\n')[0]).GetProperty("document_id").GetString().Should().Be("ä€");
    }

    [Fact]
    public async Task Listen_BodyOverTheLimit_Is413AndNeitherShownNorRecorded()
    {
        var record = Path.Combine(_folder.Path, "calls.jsonl");
        using var listener = ToolProcess.Start("listen", "--port", "0", "--record", record);
        var url = await listener.ReadUrlAsync();
        using var client = new HttpClient();

        using var content = new ByteArrayContent(new byte[(1024 * 1024) + 1]);
        using var announced = await client.PostAsync(url, content, Canceled);
        using var chunked = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(new byte[(1024 * 1024) + 1]), Headers = { TransferEncodingChunked = true } };
        using var unannounced = await client.SendAsync(chunked, Canceled);

        ((int)announced.StatusCode, (int)unannounced.StatusCode).Should().Be((413, 413));
        var shown = await listener.ReadLineAsync() + await listener.ReadLineAsync();
        shown.Should().Contain("-> 413").And.Contain("more than 1048576 bytes");
        (await File.ReadAllTextAsync(record, Canceled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Listen_MoreThan100Connections_ClosesTheNextOne()
    {
        using var listener = ToolProcess.Start("listen", "--port", "0");
        var url = new Uri(await listener.ReadUrlAsync());
        var connections = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 100; i++)
                (await AnswerAsync()).Should().BePositive();

            (await AnswerAsync()).Should().Be(0);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }

        // Returns the number of response bytes. The connection stays open.
        async Task<int> AnswerAsync()
        {
            var connection = new TcpClient();
            connections.Add(connection);
            await connection.ConnectAsync(url.Host, url.Port, Canceled);
            try
            {
                await connection.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Canceled);
                return await connection.GetStream().ReadAsync(new byte[1000], Canceled);
            }
            catch (IOException)
            {
                // The server has reset the connection.
                return 0;
            }
        }
    }

    private static async Task CallAsync(string url, string call)
    {
        var uri = new Uri(url);
        using var caller = new TcpClient();
        await caller.ConnectAsync(uri.Host, uri.Port, Canceled);
        await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes(call), Canceled);
        var answer = new byte[64];
        (await caller.GetStream().ReadAsync(answer, Canceled)).Should().BePositive();
    }

    private static bool IsSafe(string line) => line.All(c =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
