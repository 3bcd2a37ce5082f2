using System.Globalization;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// Commands that change an inbox, and the formats of times.
public sealed class InboxOperationsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Guid _pending = Guid.NewGuid();

    private string File => _folder.File();

    public async ValueTask InitializeAsync()
    {
        await using var engine = await StoredEvents.OpenAsync(File);
        await StoredEvents.AppendAsync(engine, _pending, "7");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("discard")]
    [InlineData("erase")]
    public async Task DryRun_EachCommand_CountsAndChangesNothing(string command)
    {
        var (dry, output, _) = await ToolProcess.RunAsync("inbox", command, "--sqlite", File, "--document-id", "7", "--dry-run");
        var stateAfterDryRun = await StateAsync(File);
        var (real, _, _) = await ToolProcess.RunAsync("inbox", command, "--sqlite", File, "--document-id", "7");
        var (again, none, _) = await ToolProcess.RunAsync("inbox", command, "--sqlite", File, "--document-id", "7", "--dry-run");

        (dry, real).Should().Be((0, 0));
        output.Should().Contain($"{command}: 1 delivery would be changed");
        stateAfterDryRun.Should().Be("Pending");
        (await StateAsync(File)).Should().Be(command == "erase" ? null : "Discarded");
        again.Should().Be(1);
        none.Should().Contain("0 deliveries");
    }

    [Fact]
    public async Task DryRun_OfReplay_CountsMatchingDeliveries()
    {
        await ToolProcess.RunAsync("inbox", "discard", "--sqlite", File, "--document-id", "7");

        var (exitCode, output, _) = await ToolProcess.RunAsync("inbox", "replay", "--sqlite", File, "--state", "Discarded", "--dry-run", "--json");

        exitCode.Should().Be(0);
        var result = JsonElement.Parse(output);
        result.GetProperty("deliveries").GetInt64().Should().Be(1);
        result.GetProperty("dry_run").GetBoolean().Should().BeTrue();
        (await StateAsync(File)).Should().Be("Discarded");
    }

    [Fact]
    public async Task Pause_OfAll_LastsUntilResume()
    {
        var (paused, pausedOutput, _) = await ToolProcess.RunAsync("inbox", "pause", "--sqlite", File);
        var (_, stats, _) = await ToolProcess.RunAsync("inbox", "stats", "--sqlite", File);
        var (resumed, resumedOutput, _) = await ToolProcess.RunAsync("inbox", "resume", "--sqlite", File);

        (paused, resumed).Should().Be((0, 0));
        pausedOutput.Should().Contain("pause: paused endpoints: the default endpoint");
        stats.Should().Contain("paused: the default endpoint");
        resumedOutput.Should().Contain("resume: paused endpoints: none");
    }

    [Fact]
    public async Task Pause_OfOneEndpoint_LeavesOthers()
    {
        var (_, output, _) = await ToolProcess.RunAsync("inbox", "pause", "--sqlite", File, "--endpoint", "production", "--json");

        JsonElement.Parse(output).GetProperty("paused").EnumerateArray().Select(name => name.GetString()).Should().Equal("production");
    }

    // A file with tables of another program is not rewritten.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Erase_WithAndWithoutOtherTables_PrintsRemainingTraces(bool isRewritten)
    {
        var second = Path.Combine(_folder.Path, "second.db");
        System.IO.File.Copy(File, second);
        if (!isRewritten)
        {
            TestFile.Execute(File, "CREATE TABLE orders(id INTEGER)");
            TestFile.Execute(second, "CREATE TABLE orders(id INTEGER)");
        }

        var (text, output, error) = await ToolProcess.RunAsync("inbox", "erase", "--sqlite", File, "--document-id", "7");
        var (json, jsonOutput, jsonError) = await ToolProcess.RunAsync("inbox", "erase", "--sqlite", second, "--document-id", "7", "--json");

        (text, json).Should().Be((0, 0));
        output.Trim().Should().Be("erase: 1 delivery");
        jsonError.Should().BeEmpty();
        var traces = JsonElement.Parse(jsonOutput).TryGetProperty("traces", out var value) ? value.GetString() : null;
        if (isRewritten)
        {
            error.Should().BeEmpty();
            traces.Should().BeNull();
            return;
        }

        error.Trim().Should().Be($"erase: {traces}.").And.Contain("copies can remain in unused parts of the file").And.Contain("Run VACUUM");
    }

    // A command that waits must print the reason.
    [Fact]
    public async Task Change_LockedFile_PrintsThatItWaits()
    {
        using var writer = TestFile.Lock(File);
        using var tool = ToolProcess.Start("inbox", "pause", "--sqlite", File);

        (await tool.ReadErrorLineAsync()).Should().Contain("can't be written").And.Contain("locked");
        writer.Dispose();

        (await tool.WaitAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Erase_WithoutDocument_Fails()
    {
        var (missing, _, missingError) = await ToolProcess.RunAsync("inbox", "erase", "--sqlite", File);
        var (empty, _, emptyError) = await ToolProcess.RunAsync("inbox", "erase", "--sqlite", File, "--document-id", "");

        (missing, empty).Should().Be((2, 2));
        missingError.Should().Contain("--document-id");
        emptyError.Should().Contain("--document-id is empty");
        (await StateAsync(File)).Should().Be("Pending");
    }

    [Fact]
    public async Task Backup_ExistingFile_IsReplacedOnlyWithOverwrite()
    {
        var to = Path.Combine(_folder.Path, "backup.db");

        var (exitCode, output, error) = await ToolProcess.RunAsync("inbox", "backup", "--sqlite", File, "--to", to);
        var (again, _, refusal) = await ToolProcess.RunAsync("inbox", "backup", "--sqlite", File, "--to", to);
        var (forced, _, _) = await ToolProcess.RunAsync("inbox", "backup", "--sqlite", File, "--to", to, "--overwrite");

        error.Should().BeEmpty();
        (exitCode, again, forced).Should().Be((0, 2, 0));
        output.Should().Contain(to).And.Contain($"{new FileInfo(to).Length} bytes");
        refusal.Should().Contain(to);
        (await StateAsync(to)).Should().Be("Pending");
    }

    [Theory]
    [InlineData("2000-01-01", 1)]
    [InlineData("2000-01-01T10:30", 1)]
    [InlineData("2000-01-01 10:30:00Z", 1)]
    [InlineData("2000-01-01T10:30:00.25+02:00", 1)]
    [InlineData("2999-12-31", 0)]
    public async Task From_Iso8601_Selects(string from, int lines)
    {
        var (exitCode, output, error) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--from", from);

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(lines);
    }

    // In a time zone other than UTC, a time that is read as local time would select other deliveries.
    [Fact]
    public async Task From_TimePrintedByList_SelectsThatDelivery()
    {
        var (_, all, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--json");
        var receivedAt = JsonElement.Parse(all).GetProperty("received_at").GetDateTimeOffset().UtcDateTime;
        var second = receivedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var next = receivedAt.AddSeconds(1).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

        var (_, found, _) = await ToolProcess.RunAsync(
            new Dictionary<string, string?> { ["TZ"] = "Asia/Tokyo" }, "inbox", "list", "--sqlite", File, "--from", second, "--before", next);

        found.Should().Contain($"{_pending}");
    }

    [Theory]
    [InlineData("01.12.2026")]
    [InlineData("2026-13-01")]
    [InlineData("2026-12-1")]
    [InlineData("2.5")]
    [InlineData("12/01/2026")]
    public async Task From_OtherFormat_Fails(string from)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync("inbox", "discard", "--sqlite", File, "--from", from);

        exitCode.Should().Be(2);
        error.Should().Contain("ISO 8601");
        (await StateAsync(File)).Should().Be("Pending");
    }

    private async Task<string?> StateAsync(string file)
    {
        await using var engine = await StoredEvents.OpenAsync(file);
        return (await engine.Reader.GetAsync(_pending, TestContext.Current.CancellationToken))?.Entry.State.ToString();
    }
}
