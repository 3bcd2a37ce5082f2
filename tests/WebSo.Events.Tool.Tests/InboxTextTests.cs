using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>The complete output of the commands, as text and as JSON.</summary>
public sealed partial class InboxTextTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    private string Database => _folder.File();

    public async ValueTask InitializeAsync() => await SampleInbox.CreateAsync(Database);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Stats_AsText_PrintsSample() => Age().Replace(await RunAsync("stats"), "AGE").Should().Be(
        """
        Pending             3
        Handled             2
        DeadLetter          2
        Unhandled           1
        Malformed           1
        oldest pending: AGE
        documents held by a dead letter: 1
        paused: the default endpoint
        paused: the endpoint 'production'
        """);

    [Fact]
    public async Task List_AsText_PrintsSample() => (await RunAsync("list")).Should().Be(
        """
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000009 Pending    RENDER_RETURN document pending at the endpoint 'production', attempts 0, next attempt 2026-03-01 12:01:05Z
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000008 Pending    RENDER_RETURN document retried, attempts 1, next attempt 2026-03-01 12:01:09Z: archive: InvalidOperationException: The archive is closed.
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000007 Malformed  (no event) without a document, attempts 0: The body is not JSON.
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000006 Unhandled  RENDER_RETURN document unhandled, attempts 0
        2026-03-01 12:00:05Z 00000000-0000-0000-0000-000000000005 Handled    RENDER_RETURN document replayed, attempts 1
        2026-03-01 12:00:05Z 00000000-0000-0000-0000-000000000004 Pending    RENDER_RETURN document held, attempts 0, waits behind another delivery of its document
        2026-03-01 12:00:05Z 00000000-0000-0000-0000-000000000003 DeadLetter RENDER_RETURN document held (held), attempts 1: archive: WebSoEventRejectedException: Unknown customer
        2026-03-01 12:00:01Z 00000000-0000-0000-0000-000000000002 DeadLetter RENDER_RETURN document dead, attempts 2: archive: InvalidOperationException: The archive is closed.
        2026-03-01 12:00:00Z 00000000-0000-0000-0000-000000000001 Handled    RENDER_RETURN document handled, attempts 1
        """);

    [Theory]
    [InlineData(
        1,
        """
        2026-03-01 12:00:00Z 00000000-0000-0000-0000-000000000001 Handled    RENDER_RETURN document handled, attempts 1
          endpoint    the default endpoint, path /webso/events?tenant=a
          from        192.0.2.1
          correlation c-4711
          received    1 time, last 2026-03-01 12:00:00Z
          run 1       archive completed at 2026-03-01 12:00:00Z, attempt 1, 5 ms
          run 1       mail completed at 2026-03-01 12:00:01Z, attempt 1, 5 ms
          run 1       ended as Handled at 2026-03-01 12:00:01Z, attempt 1, 45 ms
          body        {"event":"RENDER_RETURN","status":"success","document_id":"handled"}
        """)]
    [InlineData(
        2,
        """
        2026-03-01 12:00:01Z 00000000-0000-0000-0000-000000000002 DeadLetter RENDER_RETURN document dead, attempts 2
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:00:01Z
          run 1       ended as DeadLetter at 2026-03-01 12:00:05Z, attempt 2, 45 ms
            archive: InvalidOperationException: The archive is closed.
             caused by IOException: No space
               at Archive.Write()
          body        {"event":"RENDER_RETURN","status":"success","document_id":"dead"}
        """)]
    [InlineData(
        3,
        """
        2026-03-01 12:00:05Z 00000000-0000-0000-0000-000000000003 DeadLetter RENDER_RETURN document held (held), attempts 1
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:00:05Z
          run 1       ended as DeadLetter at 2026-03-01 12:00:05Z, attempt 1, 45 ms
            archive: WebSoEventRejectedException: Unknown customer
          body        {"event":"RENDER_RETURN","status":"success","document_id":"held"}
        """)]
    [InlineData(
        4,
        """
        2026-03-01 12:00:05Z 00000000-0000-0000-0000-000000000004 Pending    RENDER_RETURN document held, attempts 0, waits behind another delivery of its document
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:00:05Z
          body        {"event":"RENDER_RETURN","status":"success","document_id":"held"}
        """)]
    [InlineData(
        5,
        """
        2026-03-01 12:00:05Z 00000000-0000-0000-0000-000000000005 Handled    RENDER_RETURN document replayed, attempts 1
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:00:05Z
          run 1       ended as DeadLetter at 2026-03-01 12:00:05Z, attempt 1, 45 ms
            archive: InvalidOperationException: The archive is closed.
             caused by IOException: No space
               at Archive.Write()
          run 2       archive completed at 2026-03-01 12:01:05Z, attempt 1, 5 ms
          run 2       ended as Handled at 2026-03-01 12:01:05Z, attempt 1, 45 ms
          body        {"event":"RENDER_RETURN","status":"success","document_id":"replayed"}
        """)]
    [InlineData(
        6,
        """
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000006 Unhandled  RENDER_RETURN document unhandled, attempts 0
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:01:05Z
          run 1       ended as Unhandled at 2026-03-01 12:01:05Z
          body        {"event":"RENDER_RETURN","status":"success","document_id":"unhandled"}
        """)]
    [InlineData(
        7,
        """
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000007 Malformed  (no event) without a document, attempts 0
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:01:05Z
          run 1       ended as Malformed at 2026-03-01 12:01:05Z
            The body is not JSON.
          body        {
        """)]
    [InlineData(
        8,
        """
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000008 Pending    RENDER_RETURN document retried, attempts 1, next attempt 2026-03-01 12:01:09Z
          endpoint    the default endpoint, path /webso/events
          received    1 time, last 2026-03-01 12:01:05Z
          last error
            archive: InvalidOperationException: The archive is closed.
             caused by IOException: No space
               at Archive.Write()
          body        {"event":"RENDER_RETURN","status":"success","document_id":"retried"}
        """)]
    [InlineData(
        9,
        """
        2026-03-01 12:01:05Z 00000000-0000-0000-0000-000000000009 Pending    RENDER_RETURN document pending at the endpoint 'production', attempts 0, next attempt 2026-03-01 12:01:05Z
          endpoint    the endpoint 'production', path /webso/events
          received    1 time, last 2026-03-01 12:01:05Z
          body        {"event":"RENDER_RETURN","status":"success","document_id":"pending"}
        """)]
    public async Task Show_AsText_PrintsSample(int number, string expected) => (await RunAsync("show", $"{SampleInbox.Id(number)}")).Should().Be(expected);

    [Fact]
    public async Task Stats_AsJson_HasProperties()
    {
        var stats = JsonElement.Parse(await RunAsync("stats", "--json"));

        stats.GetProperty("counts").GetProperty("Pending").GetInt64().Should().Be(3);
        stats.GetProperty("held_documents").GetInt64().Should().Be(1);
        stats.GetProperty("paused").EnumerateArray().Select(name => name.GetString()).Should().Equal("", "production");
    }

    [Fact]
    public async Task List_AsJson_HasProperties()
    {
        var lines = (await RunAsync("list", "--json")).Split('\n').Select(line => JsonElement.Parse(line)).ToDictionary(line => line.GetProperty("delivery_id").GetGuid());

        lines.Should().HaveCount(9);
        lines.Where(line => line.Value.GetProperty("waits_behind_another").GetBoolean()).Select(line => line.Key).Should().Equal(SampleInbox.Id(4));
        lines.Where(line => line.Value.GetProperty("holds_document").GetBoolean()).Select(line => line.Key).Should().Equal(SampleInbox.Id(3));
        lines[SampleInbox.Id(8)].GetProperty("next_attempt_at").GetDateTimeOffset().Should().Be(new DateTimeOffset(2026, 3, 1, 12, 1, 9, TimeSpan.Zero));
        lines[SampleInbox.Id(9)].GetProperty("endpoint").GetString().Should().Be("production");
        lines[SampleInbox.Id(2)].GetProperty("last_error").GetString().Should().Be(SampleInbox.Chain);
    }

    [Fact]
    public async Task Show_AsJson_HasProperties()
    {
        var handled = JsonElement.Parse(await RunAsync("show", $"{SampleInbox.Id(1)}", "--json"));
        var replayed = JsonElement.Parse(await RunAsync("show", $"{SampleInbox.Id(5)}", "--json"));

        handled.GetProperty("correlation_id").GetString().Should().Be("c-4711");
        handled.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("handler").GetString()).Should().Equal("archive", "mail", null);
        handled.GetProperty("outcomes")[0].GetProperty("duration_ms").GetDouble().Should().Be(5);
        replayed.GetProperty("is_replay").GetBoolean().Should().BeTrue();
        replayed.GetProperty("outcomes")[0].GetProperty("error").GetString().Should().Be(SampleInbox.Chain);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await ToolProcess.RunAsync(["inbox", .. arguments, "--sqlite", Database]);
        error.Should().BeEmpty();
        exitCode.Should().Be(0);
        return output.ReplaceLineEndings("\n").TrimEnd();
    }

    // Depends on the time of the test run.
    [GeneratedRegex(@"(?<=oldest pending: )[\d.:]+")]
    private static partial Regex Age();
}
