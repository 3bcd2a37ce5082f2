using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>An inbox that a failure of the disk has damaged.</summary>
public sealed class InboxDamageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("webso-tool-damage-");
    private readonly Guid _dead = Guid.NewGuid();

    private string File => Path.Combine(_folder.FullName, "events.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Show_OfADeliveryWhoseBodyIsDamaged_ShowsAllElse_AndSaysSo()
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
    public async Task Replay_OfAllDeadLetters_DoesNotReadTheDamagedBody()
    {
        await CreateAsync();

        var (exitCode, output, error) = await ToolProcess.RunAsync("inbox", "replay", "--sqlite", File, "--state", "DeadLetter");

        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        output.Trim().Should().Be("replay: 2 deliveries");
    }

    // Two dead letters, of which the first has a body whose pages point to nothing.
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

        var bytes = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        for (var at = 4096; at < bytes.Length; at += 4096)
        {
            if (bytes.AsSpan(at + 4, 4092).IndexOfAnyExcept((byte)'x') < 0)
                bytes.AsSpan(at, 4).Fill(0xFF);
        }

        await System.IO.File.WriteAllBytesAsync(File, bytes, TestContext.Current.CancellationToken);
    }
}
