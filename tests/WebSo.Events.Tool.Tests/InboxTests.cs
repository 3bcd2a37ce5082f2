using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class InboxTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Guid _dead = Guid.NewGuid();

    private string File => _folder.File();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    // Creates a dead letter of document 7 and a pending event of document 8.
    public async ValueTask InitializeAsync()
    {
        await using var engine = await StoredEvents.OpenAsync(File);
        await StoredEvents.AppendAsync(engine, _dead, "7");
        await StoredEvents.MoveToDeadLetterAsync(engine, "no archive");
        await StoredEvents.AppendAsync(engine, Guid.NewGuid(), "8");
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Stats_StoredDeliveries_CountsByState()
    {
        var (exitCode, output, error) = await ToolProcess.RunAsync("inbox", "stats", "--sqlite", File, "--json");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        var counts = JsonElement.Parse(output).GetProperty("counts");
        counts.GetProperty("DeadLetter").GetInt64().Should().Be(1);
        counts.GetProperty("Pending").GetInt64().Should().Be(1);
    }

    [Fact]
    public async Task List_ByState_ShowsThatEventOnly()
    {
        var (exitCode, output, error) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--state", "DeadLetter");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Trim().Split('\n').Should().ContainSingle().Which.Should().Contain($"{_dead}").And.Contain("document 7").And.Contain("no archive");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_DeadLetterHoldsDocument_ShowsHeld(bool holds)
    {
        await using (var engine = await StoredEvents.OpenAsync(File))
            await StoredEvents.MoveToDeadLetterAsync(engine, "no archive", holds);

        var (_, text, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--document-id", "8");
        var (_, json, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--document-id", "8", "--json");

        text.Contains("document 8 (held)").Should().Be(holds, text);
        json.Contains("\"holds_document\":" + (holds ? "true" : "false")).Should().BeTrue(json);
    }

    [Fact]
    public async Task List_MoreThanOnePage_PrintsHowToContinue()
    {
        var (_, first, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--count", "1");
        var after = first.Trim().Split("--after ")[1];

        var (_, second, _) = await ToolProcess.RunAsync("inbox", "list", "--sqlite", File, "--count", "1", "--after", after);

        first.Should().Contain("document 8");
        second.Should().Contain("document 7");
    }

    [Fact]
    public async Task Show_StoredDelivery_PrintsBody()
    {
        var (exitCode, output, _) = await ToolProcess.RunAsync("inbox", "show", $"{_dead}", "--sqlite", File);
        var (missing, _, error) = await ToolProcess.RunAsync("inbox", "show", $"{Guid.Empty}", "--sqlite", File);

        exitCode.Should().Be(0);
        output.Should().Contain(StoredEvents.Body("7"));
        missing.Should().Be(1);
        error.Should().Contain("There is no delivery");
    }

    [Fact]
    public async Task Replay_ByDocument_MakesItPendingAgain()
    {
        var (exitCode, output, _) = await ToolProcess.RunAsync("inbox", "replay", "--sqlite", File, "--document-id", "7");

        exitCode.Should().Be(0);
        output.Should().Contain("1 delivery");
        (await StateAsync()).Should().Be(WebSoInboxState.Pending);
    }

    [Fact]
    public async Task Discard_ById_DiscardsDelivery()
    {
        var (exitCode, _, _) = await ToolProcess.RunAsync("inbox", "discard", "--sqlite", File, "--id", $"{_dead}");

        exitCode.Should().Be(0);
        (await StateAsync()).Should().Be(WebSoInboxState.Discarded);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("discard")]
    public async Task Change_WithoutFilter_Fails(string command)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync("inbox", command, "--sqlite", File);

        exitCode.Should().Be(2);
        error.Should().Contain("The filter is empty");
        (await StateAsync()).Should().Be(WebSoInboxState.DeadLetter);
    }

    [Fact]
    public async Task Stats_MissingFile_CreatesNothing()
    {
        var path = Path.Combine(_folder.Path, "other.db");

        var (exitCode, _, error) = await ToolProcess.RunAsync("inbox", "stats", "--sqlite", path);

        exitCode.Should().Be(2);
        error.Should().Contain("There is no inbox at");
        System.IO.File.Exists(path).Should().BeFalse();
    }

    [Fact]
    public async Task Stats_NewerSchemaVersion_FailsWithAdvice()
    {
        TestFile.Execute(File, "UPDATE webso_endpoints SET schema_version = 9");

        var (exitCode, _, error) = await ToolProcess.RunAsync("inbox", "stats", "--sqlite", File);

        exitCode.Should().Be(2);
        error.Should().Contain("has schema version 9").And.Contain("Update this program");
    }

    private async Task<WebSoInboxState> StateAsync()
    {
        await using var engine = await StoredEvents.OpenAsync(File);
        return (await engine.Reader.GetAsync(_dead, Canceled))!.Entry.State;
    }
}
