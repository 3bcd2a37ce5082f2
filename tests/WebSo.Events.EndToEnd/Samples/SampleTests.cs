using System.Net;
using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>Checks that each sample does what the README describes.</summary>
public sealed class SampleTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QuickStart_DocumentedPayloads_PrintsALineEach()
    {
        // Uses a new folder, because the inbox of an earlier run would treat these calls as duplicates.
        using var folder = new TempFolder();
        await using var sample = Sample.Start("QuickStart", "--urls", "http://127.0.0.1:0", "--contentRoot", folder.Path);
        var url = new Uri(await sample.WaitForAddressAsync(Canceled), "/webso/events");

        await PostAsync(url, [.. Payloads.All, """{"event":"ENVELOPE_FINISHED","document_id":"9","envelope_id":7}"""]);

        await sample.WaitForAsync("STATUS_CHANGE document 23822: New -> PartiallySigned", Canceled);
        await sample.WaitForAsync("USER_FINISH document 27268: user 1 signed 2 fields", Canceled);
        await sample.WaitForAsync("FIELD_SIGNED_OR_REJECTED document 27268: field 12 Signed by user 1", Canceled);
        await sample.WaitForAsync("RENDER_RETURN document 1234: rendering Success", Canceled);
        await sample.WaitForAsync("ENVELOPE_FINISHED document 9: unknown, with 1 more properties", Canceled);
    }

    [Fact]
    public async Task AotReceiver_EventOfTheFuture_ReachesItsType()
    {
        await using var sample = Sample.Start("AotReceiver", "--urls", "http://127.0.0.1:0");
        var url = new Uri(await sample.WaitForAddressAsync(Canceled), "/webso/events");

        await PostAsync(url, ["""{"event":"ENVELOPE_FINISHED","document_id":"9","envelope_id":7}""", Payloads.RenderReturn]);

        await sample.WaitForAsync("Envelope 7, delivery", Canceled);
        await sample.WaitForAsync("ENVELOPE_FINISHED document 9: EnvelopeFinishedEvent", Canceled);
        await sample.WaitForAsync("RENDER_RETURN document 1234: RenderReturnEvent", Canceled);
    }

    [Fact]
    public async Task ScaledOut_CallsThroughLoadBalancer_AreHandledOnce()
    {
        Assert.SkipUnless(PostgreSqlServer.IsInstalled, "PostgreSQL is not installed: the sample starts one.");
        await using var sample = Sample.Start("ScaledOut", "--urls", "http://127.0.0.1:0");
        var url = new Uri(await sample.WaitForAddressAsync(Canceled), "/webso/events");

        await PostAsync(url, [.. Payloads.All, .. Payloads.All]);

        await sample.WaitForAsync("STATUS_CHANGE document 23822", Canceled);
        await sample.WaitForAsync("USER_FINISH document 27268", Canceled);
        await sample.WaitForAsync("FIELD_SIGNED_OR_REJECTED document 27268", Canceled);
        await sample.WaitForAsync("RENDER_RETURN document 1234", Canceled);
        (await sample.EndAsync("INT", Canceled)).Should().Be(0);
        sample.Seen.Where(line => line.StartsWith("instance ", StringComparison.Ordinal) && line.Contains(" document ", StringComparison.Ordinal))
            .Should().HaveCount(4, "the last four calls are duplicates, at any instance");
    }

    [Fact]
    public async Task Observability_AfterEvents_ShowsThemInTracesMetricsLogsAndHealth()
    {
        using var folder = new TempFolder();
        await using var sample = Sample.Start("Observability", "--urls", "http://127.0.0.1:0", "--contentRoot", folder.Path,
            "--Logging:Console:FormatterName", "simple", "--Logging:Console:FormatterOptions:IncludeScopes", "true");
        var address = await sample.WaitForAddressAsync(Canceled);
        var url = new Uri(address, "/webso/events");
        using var client = new HttpClient { BaseAddress = address };
        var readyBefore = await client.GetAsync("/health/ready", Canceled);

        await PostAsync(url, Payloads.RenderReturn, Payloads.RenderReturn, """{"event":"ENVELOPE_FINISHED","document_id":"reject"}""");
        await sample.WaitForAsync("is a dead letter", Canceled);
        await sample.WaitForAsync("Activity.DisplayName:        handle", Canceled);
        await sample.WaitForAsync("Event:RENDER_RETURN DocumentId:1234", Canceled);
        var metrics = (await client.GetStringAsync("/metrics", Canceled)).Split('\n').Where(line => !line.StartsWith('#')).ToList();
        var health = await client.GetStringAsync("/health/ready", Canceled);
        var live = await client.GetAsync("/health/live", Canceled);

        ValueOf("webso_events_received", "webso_outcome=\"stored\"", "webso_event_name=\"RENDER_RETURN\"").Should().Be("1");
        ValueOf("webso_events_received", "webso_outcome=\"duplicate\"").Should().Be("1");
        ValueOf("webso_events_received", "webso_outcome=\"stored\"", "webso_event_name=\"_OTHER\"").Should().Be("1");
        ValueOf("webso_events_dead_lettered", "webso_event_name=\"_OTHER\"").Should().Be("1");
        ValueOf("webso_inbox_dead_letters").Should().Be("1");
        ValueOf("webso_inbox_pending").Should().Be("0");
        ValueOf("webso_receive_duration_seconds_count", "webso_outcome=\"stored\"").Should().Be("2");
        (readyBefore.StatusCode, live.StatusCode, health).Should().Be((HttpStatusCode.OK, HttpStatusCode.OK, "Degraded"));

        string ValueOf(string name, params string[] labels) => metrics
            .Single(line => line.StartsWith(name, StringComparison.Ordinal) && Array.TrueForAll(labels, label => line.Contains(label, StringComparison.Ordinal)))
            .Split(' ')[1];
    }

    private static async Task PostAsync(Uri url, params string[] bodies)
    {
        using var client = new HttpClient();
        foreach (var body in bodies)
        {
            using var response = await client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Canceled);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }
}
