using System.Text;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>The file of <c>listen --record</c> contains complete calls, is readable only by its owner, and has a size limit.</summary>
public sealed class RecordTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _record;

    public RecordTests() => _record = Path.Combine(_folder.Path, "calls.jsonl");

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // A call that is not recorded is not answered with 200, and the output shows the status that was sent.
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Record_FileFull_Answers503AndNamesCause()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        using (var stream = new FileStream(_record, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            stream.SetLength(1024 * 1024 * 1024 - 10);
        foreach (var isJson in new[] { false, true })
        {
            using var listener = ToolProcess.Start(["listen", "--port", "0", "--record", _record, .. isJson ? new[] { "--json" } : []]);
            var url = await listener.ReadUrlAsync();
            using var sender = new WebSoEventSender(WebSoServerConfiguration.Parse("webso_events_retries=0"), new() { Url = url });

            var result = await sender.SendAsync("{\"event\":\"X\"}"u8.ToArray(), cancellationToken: Canceled);

            result.Attempts.Should().ContainSingle().Which.StatusCode.Should().Be(503);
            (await listener.ReadLineAsync()).Should().Contain("503").And.Contain(isJson ? "\"record_error\":\"the file of --record is full (1073741824 bytes)" : "X");
            if (!isJson)
                (await listener.ReadLineAsync()).Should().Be("  not recorded: the file of --record is full (1073741824 bytes). Use another file");
        }

        new FileInfo(_record).Length.Should().BeLessThan(1024 * 1024 * 1024);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Record_NewFile_IsReadableByOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        using (var listener = ToolProcess.Start("listen", "--port", "0", "--record", _record))
            await listener.ReadUrlAsync();

        File.GetUnixFileMode(_record).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_record, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var (exitCode, _, error) = await ToolProcess.RunAsync("listen", "--port", "0", "--record", _record);

        exitCode.Should().Be(2);
        error.Should().Contain("chmod 600");
        File.GetUnixFileMode(_record).Should().HaveFlag(UnixFileMode.GroupRead, "it is refused, not changed");
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Record_FileEndsWithPartialLine_StartsNewLine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        await File.WriteAllTextAsync(_record, "{\"received_at\":\"20", Canceled);
        File.SetUnixFileMode(_record, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var listener = ToolProcess.Start("listen", "--port", "0", "--record", _record);
        var url = await listener.ReadUrlAsync();
        using var client = new HttpClient();

        using var content = new StringContent("{}");
        using var response = await client.PostAsync(url, content, Canceled);
        await listener.ReadLineAsync();

        var lines = await File.ReadAllLinesAsync(_record, Canceled);
        lines.Should().HaveCount(2);
        JsonElement.Parse(lines[1]).GetProperty("body_base64").GetString().Should().Be("e30=");
    }

    // A full disk can accept part of a line.
    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Record_DiskFullWithinLine_LeavesNoPartialLine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such limit");
        using var listener = ToolProcess.StartWithFilesOf(4, "listen", "--port", "0", "--record", _record, "--json");
        var url = await listener.ReadUrlAsync();
        using var client = new HttpClient();

        var (statuses, shown) = (new List<int>(), new List<string>());
        foreach (var size in new[] { 100, 8000, 200 })
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('x', size)));
            using var answer = await client.PostAsync(url, content, Canceled);
            statuses.Add((int)answer.StatusCode);
            shown.Add((await listener.ReadLineAsync())!);
        }

        statuses.Should().Equal(200, 503, 200);
        shown[1].Should().Contain("\"record_error\":\"the file of --record can't grow further");
        var lines = await File.ReadAllLinesAsync(_record, Canceled);
        lines.Select(line => JsonElement.Parse(line).GetProperty("body_base64").GetBytesFromBase64().Length).Should().Equal(100, 200);
    }
}
