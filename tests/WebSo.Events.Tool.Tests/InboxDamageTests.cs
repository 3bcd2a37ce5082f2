using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>An inbox that a disk failure has damaged.</summary>
public sealed class InboxDamageTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Guid _dead = Guid.NewGuid();

    private string File => _folder.File();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_DamagedBody_PrintsEverythingElse()
    {
        await CreateAsync();

        var (exitCode, text, error) = await ToolProcess.RunAsync("inbox", "show", $"{_dead}", "--sqlite", File);
        var (_, json, _) = await ToolProcess.RunAsync("inbox", "show", $"{_dead}", "--sqlite", File, "--json");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        text.Should().Contain("document 7").And.Contain("no archive").And.Contain("body        (can't be read: ");
        JsonElement.Parse(json).GetProperty("body_error").GetString().Should().NotBeNullOrEmpty();
        JsonElement.Parse(json).GetProperty("body_base64").GetString().Should().BeEmpty();
    }

    [Fact]
    public async Task Replay_DamagedBody_DoesNotReadIt()
    {
        await CreateAsync();

        var (exitCode, output, error) = await ToolProcess.RunAsync("inbox", "replay", "--sqlite", File, "--state", "DeadLetter");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Trim().Should().Be("replay: 2 deliveries");
    }

    // Creates two dead letters, and damages the overflow pages of the first body.
    private async Task CreateAsync()
    {
        await using (var engine = await StoredEvents.OpenAsync(File))
        {
            foreach (var (id, document, body) in new[] { (_dead, "7", new string('x', 20_000)), (Guid.NewGuid(), "8", null) })
            {
                await StoredEvents.AppendAsync(engine, id, document, body);
                await StoredEvents.MoveToDeadLetterAsync(engine, "no archive");
            }
        }

        TestFile.DamageBodies(File);
    }
}
