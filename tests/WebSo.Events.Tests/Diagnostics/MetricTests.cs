using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestApp;

namespace WebSo.Events;

public sealed partial class MetricTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string?> Outcomes => new()
    {
        { nameof(ReceiveOutcome.Handled), "handled", "USER_FINISH" },
        { nameof(ReceiveOutcome.Filtered), "filtered", "RENDER_RETURN" },
        { nameof(ReceiveOutcome.Unhandled), "unhandled", "STATUS_CHANGE" },
        { nameof(ReceiveOutcome.Malformed), "malformed", null },
        { nameof(ReceiveOutcome.Unauthorized), "unauthorized", null },
        { nameof(ReceiveOutcome.Forbidden), "forbidden", null },
        { nameof(ReceiveOutcome.MethodNotAllowed), "method_not_allowed", null },
        { nameof(ReceiveOutcome.QueryTooLong), "query_too_long", null },
        { nameof(ReceiveOutcome.BodyTimeout), "body_timeout", null },
        { nameof(ReceiveOutcome.BodyTooLarge), "body_too_large", null },
        { nameof(ReceiveOutcome.BodyTorn), "body_torn", null },
        { nameof(ReceiveOutcome.BodyMalformed), "body_malformed", null },
        { nameof(ReceiveOutcome.BodyEmpty), "body_empty", null },
        { nameof(ReceiveOutcome.BodyConsumed), "body_consumed", null },
        { nameof(ReceiveOutcome.HandlerFailed), "handler_failed", "USER_FINISH" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task Received_EachOutcome_IsCountedAndTimed(string outcomeName, string name, string? eventName)
    {
        var outcome = Enum.Parse<ReceiveOutcome>(outcomeName);
        await using var services = Build(outcome);
        using var telemetry = new Telemetry(services, spans: false);

        var receipt = await services.GetRequiredService<EventReceiverProvider>().Get("a").ReceiveAsync(CallFor(outcome), Token);

        receipt.Outcome.Should().Be(outcome);
        var tags = new Dictionary<string, string> { ["webso.endpoint"] = "a", ["webso.outcome"] = name };
        telemetry.Of("webso.receive.duration").Should().ContainSingle().Which.Tags.Should().BeEquivalentTo(tags);
        if (eventName is not null)
            tags["webso.event.name"] = eventName;
        telemetry.Of("webso.events.received").Should().ContainSingle().Which.Should().BeEquivalentTo(new { Value = 1d, Unit = "{call}", Tags = tags });
    }

    [Fact]
    public async Task Received_RefusedByAdapter_IsCounted()
    {
        await using var services = Build(ReceiveOutcome.Unavailable);
        using var telemetry = new Telemetry(services, spans: false);

        var receipt = services.GetRequiredService<EventReceiverProvider>().Get("a").RefuseUnavailable();

        receipt.StatusCode.Should().Be(503);
        telemetry.Of("webso.events.received").Should().ContainSingle().Which.Tags["webso.outcome"].Should().Be("unavailable");
    }

    [Fact]
    public async Task EventNames_Unknown_ShareOneTimeSeries()
    {
        await using var services = new ServiceCollection()
            .AddWebSoEvents().AddEventType("ENVELOPE_FINISHED", Json.Default.EnvelopeFinished).AddHandler<WebSoEvent>("h", (_, _, _) => default)
            .Services.BuildServiceProvider();
        using var telemetry = new Telemetry(services, spans: false);
        var receiver = services.GetRequiredService<EventReceiverProvider>().Get("");

        for (var i = 0; i < 50; i++)
            await receiver.ReceiveAsync(new TestRequest($$"""{"event":"MADE_UP_{{i}}"}"""), Token);
        await receiver.ReceiveAsync(new TestRequest("""{"event":"ENVELOPE_FINISHED"}"""), Token);

        foreach (var instrument in new[] { "webso.events.received", "webso.events.handled", "webso.handler.duration" })
            telemetry.Of(instrument).Select(measured => measured.Tags["webso.event.name"]).Distinct().Should().Equal("_OTHER", "ENVELOPE_FINISHED");
    }

    [Fact]
    public async Task Durations_OfHandlersAndResponses_AreInSeconds()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddWebSoEvents("a").AddHandler<WebSoEvent>("one", (_, _, _) => Advance(2)).AddHandler<WebSoEvent>("two", (_, _, _) => Advance(0.5));
        await using var provider = services.BuildServiceProvider();
        using var telemetry = new Telemetry(provider, spans: false);

        await provider.GetRequiredService<EventReceiverProvider>().Get("a").ReceiveAsync(new TestRequest(Finish("1")), Token);

        telemetry.Of("webso.handler.duration").Select(measured => (measured.Tags["webso.handler"], measured.Value, measured.Unit))
            .Should().Equal(("one", 2, "s"), ("two", 0.5, "s"));
        telemetry.Of("webso.receive.duration").Should().ContainSingle().Which.Should().BeEquivalentTo(new { Value = 2.5, Unit = "s" });
    }

    [Fact]
    public async Task Failed_HandlerThrows_HasErrorType()
    {
        await using var services = Build(ReceiveOutcome.HandlerFailed);
        using var telemetry = new Telemetry(services, spans: false);

        await services.GetRequiredService<EventReceiverProvider>().Get("a").ReceiveAsync(CallFor(ReceiveOutcome.HandlerFailed), Token);

        telemetry.Of("webso.events.failed").Should().ContainSingle().Which.Tags.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["webso.endpoint"] = "a",
            ["webso.event.name"] = "USER_FINISH",
            ["error.type"] = "System.TimeoutException",
        });
        telemetry.Of("webso.handler.duration").Should().ContainSingle().Which.Tags["error.type"].Should().Be("System.TimeoutException");
        telemetry.Of("webso.events.handled").Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Inbox_RetriesDeadLettersAndDuplicates_AreCounted()
    {
        await using var app = await StartAsync(endpoint => endpoint
            .AddHandler<WebSoEvent>("h", (e, context, _) => (e.DocumentId, context.Attempt) switch
            {
                ("rejected", _) => throw new WebSoEventRejectedException("never"),
                ("retried", < 3) => throw new TimeoutException(),
                _ => default,
            })
            .UseSqliteInbox(_folder.File(), inbox => inbox.RetryDelay = TimeSpan.FromMilliseconds(1)));
        using var telemetry = new Telemetry(app.Services);

        foreach (var document in new[] { "rejected", "retried", "good", "good" })
            await app.PostAsync(Finish(document));
        await telemetry.WaitForAsync("handle", 5, Token);

        telemetry.Of("webso.events.received").Select(measured => measured.Tags["webso.outcome"]).Should().Equal("stored", "stored", "stored", "duplicate");
        telemetry.Sum("webso.events.retried").Should().Be(2);
        telemetry.Sum("webso.events.failed").Should().Be(3);
        telemetry.Sum("webso.events.handled").Should().Be(2);
        telemetry.Of("webso.events.dead_lettered").Should().ContainSingle().Which.Tags["error.type"].Should().Be("WebSo.Events.WebSoEventRejectedException");
        telemetry.Of("webso.events.duplicates").Should().ContainSingle().Which.Tags["webso.event.name"].Should().Be("USER_FINISH");
    }

    [Fact]
    public async Task Meter_ComesFromFactoryOrIsDisposedWithContainer()
    {
        await using var withFactory = new ServiceCollection().AddMetrics().AddWebSoEvents().Services.BuildServiceProvider();
        var own = new ServiceCollection().AddWebSoEvents().Services.BuildServiceProvider();
        var ownMeter = own.GetRequiredService<DiagnosticSources>().Meter;
        var ended = false;
        using var listener = new MeterListener
        {
            // The listener also sees meters of other tests, even after this container is disposed.
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == ownMeter)
                    listener.EnableMeasurementEvents(instrument);
            },
            MeasurementsCompleted = (_, _) => ended = true,
        };
        _ = own.GetRequiredService<EventReceiverProvider>().Get("");
        listener.Start();

        var meter = withFactory.GetRequiredService<DiagnosticSources>().Meter;
        await own.DisposeAsync();

        meter.Should().BeSameAs(withFactory.GetRequiredService<IMeterFactory>().Create(new MeterOptions(meter.Name) { Version = meter.Version }));
        meter.Name.Should().Be("WebSo.Events");
        ended.Should().BeTrue();
    }

    private ServiceProvider Build(ReceiveOutcome outcome)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddWebSoEvents("a", options =>
            {
                options.Filter = "USER_FINISH,STATUS_CHANGE";
                options.MaxBodySize = 256;
                options.MaxQueryLength = 512;
                if (outcome == ReceiveOutcome.Unauthorized)
                    options.RequireHeader("user", "foo");
                if (outcome == ReceiveOutcome.Forbidden)
                    options.AllowedNetworks.Add("10.0.0.0/8");
            })
            .AddHandler<UserFinishEvent>("h", (_, _, _) => outcome == ReceiveOutcome.HandlerFailed ? throw new TimeoutException() : default);
        return services.BuildServiceProvider();
    }

    private static TestRequest CallFor(ReceiveOutcome outcome) => outcome switch
    {
        ReceiveOutcome.Filtered => new TestRequest("""{"event":"RENDER_RETURN","status":"success","document_id":"1"}"""),
        ReceiveOutcome.Unhandled => new TestRequest("""{"event":"STATUS_CHANGE","from":"1","to":"2","document_id":"1"}"""),
        ReceiveOutcome.Malformed => new TestRequest("[]"),
        ReceiveOutcome.MethodNotAllowed => new TestRequest("") { SentMethod = "GET" },
        ReceiveOutcome.QueryTooLong => new TestRequest(Finish("1")) { SentQuery = "?" + new string('x', 600) },
        ReceiveOutcome.BodyTimeout => new TestRequest(Finish("1")) { AtEnd = _ => throw new BodyException(ReceiveOutcome.BodyTimeout, "slow") },
        ReceiveOutcome.BodyMalformed => new TestRequest(Finish("1")) { AtEnd = _ => throw new BodyException(ReceiveOutcome.BodyMalformed, "chunks") },
        ReceiveOutcome.BodyEmpty => new TestRequest(""),
        ReceiveOutcome.BodyTooLarge => new TestRequest(new string('x', 300)),
        ReceiveOutcome.BodyTorn => new TestRequest(Finish("1")) { AtEnd = _ => throw new IOException() },
        ReceiveOutcome.BodyConsumed => new TestRequest("") { Announced = 10, IsReadBefore = true },
        _ => new TestRequest(Finish("1")),
    };

    private ValueTask Advance(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return default;
    }

    internal sealed record EnvelopeFinished() : WebSoEvent("ENVELOPE_FINISHED");

    [JsonSerializable(typeof(EnvelopeFinished))]
    internal sealed partial class Json : JsonSerializerContext;
}
