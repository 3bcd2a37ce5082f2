using System.Diagnostics;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WebSo.Events.Inbox.Sqlite;
using Xunit;
using static WebSo.Events.TestApp;

namespace WebSo.Events;

public sealed class SpanTests : IDisposable
{
    private const int Limit = 20_000;
    private const string Caller = "0af7651916cd43dd8448eb211c80319c";

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Inline_Call_HasReceiveAndHandleSpansInOneTrace()
    {
        Activity? seen = null;
        await using var app = await StartAsync(endpoint => endpoint.AddHandler<WebSoEvent>("h", (_, _, _) =>
        {
            seen = Activity.Current;
            return default;
        }));
        using var telemetry = new Telemetry(app.Services);

        await app.PostAsync(Finish("17"), headers: ("traceparent", $"00-{Caller}-b7ad6b7169203331-01"));
        var receive = (await telemetry.WaitForAsync("receive", 1, Token))[0];
        var handle = telemetry.Spans.Single(span => span.DisplayName == "handle");

        receive.TraceId.ToString().Should().Be(Caller);
        receive.Parent!.Source.Name.Should().Be("Microsoft.AspNetCore");
        receive.Kind.Should().Be(ActivityKind.Internal);
        handle.ParentSpanId.Should().Be(receive.SpanId);
        handle.Kind.Should().Be(ActivityKind.Consumer);
        seen.Should().BeSameAs(handle);
        var id = handle.GetTagItem("messaging.message.id");
        receive.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["messaging.system"] = "websignatureoffice",
            ["messaging.operation.name"] = "receive",
            ["messaging.operation.type"] = "receive",
            ["messaging.message.id"] = id,
            ["messaging.message.body.size"] = Finish("17").Length,
            ["webso.endpoint"] = "",
            ["webso.event.name"] = "USER_FINISH",
            ["webso.document.id"] = "17",
            ["webso.outcome"] = "handled",
            ["http.response.status_code"] = 200,
        });
        handle.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["messaging.system"] = "websignatureoffice",
            ["messaging.operation.name"] = "handle",
            ["messaging.operation.type"] = "process",
            ["messaging.message.id"] = id,
            ["messaging.message.body.size"] = Finish("17").Length,
            ["webso.endpoint"] = "",
            ["webso.event.name"] = "USER_FINISH",
            ["webso.document.id"] = "17",
            ["webso.attempt"] = 1,
        });
    }

    [Fact(Timeout = Limit)]
    public async Task ReceiveSpan_NamedEndpoint_HasDestination()
    {
        await using var services = new ServiceCollection().AddWebSoEvents("production").AddHandler<WebSoEvent>("h", (_, _, _) => default).Services.BuildServiceProvider();
        using var telemetry = new Telemetry(services);

        await services.GetRequiredService<EventReceiverProvider>().Get("production").ReceiveAsync(new TestRequest(Finish("1")), Token);

        foreach (var name in new[] { "receive production", "handle production" })
        {
            var span = telemetry.Spans.Single(span => span.DisplayName == name);
            span.GetTagItem("messaging.destination.name").Should().Be("production");
            span.GetTagItem("webso.endpoint").Should().Be("production");
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("POST", "POST")]
    [InlineData("BREW", "_OTHER")]
    public async Task ReceiveSpan_WithoutWebServerSpan_ContinuesTraceOfCaller(string method, string tagged)
    {
        await using var services = new ServiceCollection().AddWebSoEvents().AddHandler<WebSoEvent>("h", (_, _, _) => default).Services.BuildServiceProvider();
        using var telemetry = new Telemetry(services);
        var call = new TestRequest(Finish("1")) { SentMethod = method, Headers = { ["traceparent"] = $"00-{Caller}-b7ad6b7169203331-01", ["tracestate"] = "a=b" } };

        await services.GetRequiredService<EventReceiverProvider>().Get("").ReceiveAsync(call, Token);

        var receive = telemetry.Spans.Single(span => span.DisplayName == "receive");
        receive.Kind.Should().Be(ActivityKind.Server);
        (receive.TraceId.ToString(), receive.ParentSpanId.ToString(), receive.TraceStateString).Should().Be((Caller, "b7ad6b7169203331", "a=b"));
        receive.GetTagItem("http.request.method").Should().Be(tagged);
    }

    [Fact(Timeout = Limit)]
    public async Task HandlerFails_SetsErrorTypeOnBothSpans()
    {
        await using var app = await StartAsync(endpoint => endpoint.AddHandler<WebSoEvent>("h", (_, _, _) => throw new TimeoutException("the cause")));
        using var telemetry = new Telemetry(app.Services);

        await app.PostAsync(Finish("1"));
        var receive = (await telemetry.WaitForAsync("receive", 1, Token))[0];
        var handle = telemetry.Spans.Single(span => span.DisplayName == "handle");

        (receive.Status, receive.GetTagItem("error.type"), receive.GetTagItem("webso.outcome")).Should().Be((ActivityStatusCode.Error, "handler_failed", "handler_failed"));
        (handle.Status, handle.GetTagItem("error.type"), handle.StatusDescription).Should().Be((ActivityStatusCode.Error, "System.TimeoutException", null));
    }

    [Fact(Timeout = Limit)]
    public async Task ReceiveSpan_RefusedCall_IsNotAnError()
    {
        await using var app = await StartAsync(endpoint => endpoint.AddHandler<WebSoEvent>("h", (_, _, _) => default), options => options.RequireHeader("user", "foo"));
        using var telemetry = new Telemetry(app.Services);

        await app.PostAsync(Finish("1"));
        var receive = (await telemetry.WaitForAsync("receive", 1, Token))[0];

        (receive.Status, receive.GetTagItem("webso.outcome"), receive.GetTagItem("http.response.status_code")).Should().Be((ActivityStatusCode.Unset, "unauthorized", 401));
    }

    [Fact(Timeout = Limit)]
    public async Task Inbox_EachAttempt_IsSeparateTraceLinkedToStore()
    {
        await using var app = await StartAsync(endpoint => endpoint
            .AddHandler<WebSoEvent>("h", (_, context, _) => context.Attempt == 1 ? throw new TimeoutException() : default)
            .UseSqliteInbox(_folder.File(), inbox => inbox.RetryDelay = TimeSpan.FromMilliseconds(1)));
        using var telemetry = new Telemetry(app.Services);

        await app.PostAsync(Finish("17"), headers: [("traceparent", $"00-{Caller}-b7ad6b7169203331-01"), ("tracestate", "vendor=x")]);
        var attempts = await telemetry.WaitForAsync("handle", 2, Token);
        var receive = (await telemetry.WaitForAsync("receive", 1, Token))[0];
        var store = telemetry.Spans.Single(span => span.DisplayName == "store");

        (store.Kind, store.ParentSpanId, store.TraceId.ToString()).Should().Be((ActivityKind.Producer, receive.SpanId, Caller));
        store.GetTagItem("messaging.operation.type").Should().Be("send");
        store.GetTagItem("webso.outcome").Should().Be("stored");
        foreach (var attempt in attempts)
        {
            attempt.ParentId.Should().BeNull();
            attempt.TraceId.Should().NotBe(store.TraceId);
            var link = attempt.Links.Should().ContainSingle().Subject.Context;
            (link.TraceId, link.SpanId, link.TraceState).Should().Be((store.TraceId, store.SpanId, "vendor=x"));
        }

        attempts.Select(attempt => (attempt.GetTagItem("webso.attempt"), attempt.GetTagItem("webso.outcome"), attempt.GetTagItem("error.type"), attempt.Status))
            .Should().Equal((1, "retry", "System.TimeoutException", ActivityStatusCode.Error), (2, "handled", null, ActivityStatusCode.Unset));
    }

    [Fact(Timeout = Limit)]
    public async Task Inbox_Link_SurvivesRestart()
    {
        ActivitySpanId stored;
        await using (var app = await StartAsync(WithInbox))
        {
            using var telemetry = new Telemetry(app.Services);
            await app.Inbox.PauseAsync(Token);
            await app.PostAsync(Finish("1"));
            stored = (await telemetry.WaitForAsync("store", 1, Token))[0].SpanId;
            await app.StopAsync();
        }

        await using var next = await StartAsync(WithInbox);
        using var nextTelemetry = new Telemetry(next.Services);
        await next.Inbox.ResumeAsync(Token);
        var handle = (await nextTelemetry.WaitForAsync("handle", 1, Token))[0];

        handle.Links.Single().Context.SpanId.Should().Be(stored);
    }

    [Fact(Timeout = Limit)]
    public async Task Inbox_DeadLetterAndDuplicate_SetOutcome()
    {
        await using var app = await StartAsync(endpoint => endpoint
            .AddHandler<WebSoEvent>("h", (_, _, _) => throw new WebSoEventRejectedException("never"))
            .UseSqliteInbox(_folder.File()));
        using var telemetry = new Telemetry(app.Services);

        await app.PostAsync(Finish("1"));
        await app.PostAsync(Finish("1"));
        var stores = await telemetry.WaitForAsync("store", 2, Token);
        var handle = (await telemetry.WaitForAsync("handle", 1, Token))[0];

        (handle.GetTagItem("webso.outcome"), handle.GetTagItem("error.type")).Should().Be(("dead_letter", "WebSo.Events.WebSoEventRejectedException"));
        stores.Select(store => store.GetTagItem("webso.outcome")).Should().Equal("stored", "duplicate");
        stores[1].GetTagItem("messaging.message.id").Should().Be(stores[0].GetTagItem("messaging.message.id"));
    }

    [Theory(Timeout = Limit)]
    [InlineData(false, 300, false, false)]
    [InlineData(true, 512, true, true)]
    [InlineData(true, 513, true, false)]
    public async Task Inbox_StoresTraceOnlyWithListenerAndLimitsTraceState(bool listens, int length, bool hasParent, bool hasState)
    {
        await using (var app = await StartAsync(WithInbox))
        {
            using var telemetry = new Telemetry(app.Services, spans: listens);
            await app.Inbox.PauseAsync(Token);
            var call = new TestRequest(Finish("1")) { Headers = { ["traceparent"] = $"00-{Caller}-b7ad6b7169203331-01", ["tracestate"] = "a=" + new string('x', length - 2) } };
            await app.Services.GetRequiredService<EventReceiverProvider>().Get("").ReceiveAsync(call, Token);
            await app.Inbox.ResumeAsync(Token);
            await app.WaitForAsync(WebSoInboxState.Handled);
            await app.Inbox.PauseAsync(Token);
            await app.Inbox.ReplayAsync(new WebSoInboxFilter { DocumentId = "1" }, Token);
            await app.StopAsync();
        }

        await using var engine = SqliteInbox.CreateEngine(_folder.File(), new WebSoSqliteOptions(), TimeProvider.System, NullLogger.Instance);
        await engine.OpenAsync(Token);
        await engine.ResumeAsync(null, Token);
        var claim = (await engine.ClaimAsync("", 1, Token)).Leases.Single();

        (claim.Trace is not null, claim.Trace?.State is not null).Should().Be((hasParent, hasState));
    }

    private void WithInbox(IWebSoEventsBuilder endpoint) => endpoint.AddHandler<WebSoEvent>("h", (_, _, _) => default).UseSqliteInbox(_folder.File());
}
