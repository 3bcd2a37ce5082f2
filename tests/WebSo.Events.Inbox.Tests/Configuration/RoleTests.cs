using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// With ReceiveOnly and HandleOnly, two processes share the work of an endpoint.
public sealed class RoleTests : IDisposable
{
    private const int Limit = 20_000;
    private const string Render = """{"event":"RENDER_RETURN","status":"success","document_id":"1"}""";

    private readonly TempFolder _folder = new();
    private readonly Channel<UserFinishEvent> _handled = Channel.CreateUnbounded<UserFinishEvent>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, true, false, "ReceiveOnly and HandleOnly are both true")]
    [InlineData(true, false, true, "ReceiveOnly is true, but the handler 'h' is registered and would never run")]
    [InlineData(false, true, false, "HandleOnly is true, but no handler is registered")]
    public async Task Start_ContradictoryRole_Fails(bool receiveOnly, bool handleOnly, bool hasHandler, string message)
    {
        var start = () => InboxHost.StartAsync(_folder.File(), hasHandler ? AddHandler : AddNothing, options =>
            (options.ReceiveOnly, options.HandleOnly) = (receiveOnly, handleOnly));

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().ContainSingle().Which.Should().StartWith("WebSoEvents:Inbox: " + message);
    }

    [Fact]
    public async Task Start_RoleInTheConfiguration_IsBound()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["WebSoEvents:Inbox:ReceiveOnly"] = "true";
        builder.Configuration["WebSoEvents:Endpoints:b:Inbox:HandleOnly"] = "true";
        builder.Services.AddWebSoEvents().UseSqliteInbox(_folder.File());
        AddHandler(builder.Services.AddWebSoEvents("b").UseSqliteInbox(_folder.File()));
        using var host = builder.Build();

        await host.StartAsync(Token);

        var options = host.Services.GetRequiredService<IOptionsMonitor<WebSoInboxOptions>>();
        options.CurrentValue.Should().BeEquivalentTo(new { ReceiveOnly = true, HandleOnly = false });
        options.Get("b").Should().BeEquivalentTo(new { ReceiveOnly = false, HandleOnly = true });
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Start_HandleOnlyEndpointIsMapped_FailsWithBothNames()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), AddHandler, HandleOnly);
        var entryPoint = new RoleEntryPoint(host.Services.GetRequiredService<EventReceiverProvider>().Get(""));
        host.Services.GetRequiredService<EventReceiverProvider>().Add(entryPoint);

        entryPoint.Invoking(point => point.Verify()).Should().Throw<OptionsValidationException>()
            .Which.Failures.Should().ContainSingle().Which.Should().Contain("HandleOnly").And.Contain("mapped at /webso/events").And.Contain("MapWebSoEvents");
    }

    [Fact]
    public async Task Start_EndpointNotMapped_WarnsUnlessHandleOnly()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var handler = await InboxHost.StartAsync(_folder.File(), AddHandler, HandleOnly, time);
        await using var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly, time);

        time.Advance(TimeSpan.FromSeconds(30));

        handler.Log.Messages("NotMapped").Should().BeEmpty();
        receiver.Log.Messages("NotMapped").Should().ContainSingle();
    }

    [Fact]
    public async Task Start_ReceiveOnlyWithoutHandlers_LogsNoWarning()
    {
        await using var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly);
        var entryPoint = new RoleEntryPoint(receiver.Services.GetRequiredService<EventReceiverProvider>().Get(""));
        receiver.Services.GetRequiredService<EventReceiverProvider>().Add(entryPoint);

        entryPoint.Verify();
        await receiver.PostAsync(Finish("1"));

        receiver.Log.Messages("NoHandler").Should().BeEmpty();
        receiver.Log.Messages("Unhandled").Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task ReceiveOnly_OtherProcessHandles_KeepsOrderAndRecognizesDuplicates()
    {
        await using var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly);
        for (var fields = 1; fields <= 5; fields++)
            (await receiver.PostAsync(Finish("1", fields))).Outcome.Should().Be(ReceiveOutcome.Stored);
        (await receiver.PostAsync(Finish("1", 3))).Outcome.Should().Be(ReceiveOutcome.Duplicate);
        (await receiver.PostAsync("no event")).Outcome.Should().Be(ReceiveOutcome.MalformedKept);
        (await receiver.Inbox.GetBacklogAsync(Token)).Should().BeEquivalentTo(new { Pending = 5L, Handling = 0L });
        (await receiver.Inbox.ListAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending }, cancellationToken: Token)).Entries.Should().OnlyContain(entry => entry.Attempts == 0);

        await using var handler = await InboxHost.StartAsync(_folder.File(), AddHandler, HandleOnly);
        var fieldsOfAll = new List<int?>();
        while (fieldsOfAll.Count < 5)
            fieldsOfAll.Add((await _handled.Reader.ReadAsync(Token)).FieldsSigned);

        fieldsOfAll.Should().Equal(1, 2, 3, 4, 5);
        await receiver.PostAsync(Finish("1", 6));
        (await _handled.Reader.ReadAsync(Token)).FieldsSigned.Should().Be(6, "an idle worker polls");
    }

    [Fact(Timeout = Limit)]
    public async Task HandleOnly_EventWithoutHandler_IsUnhandledAndReleasesItsDocument()
    {
        await using var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly);
        await receiver.PostAsync(Render);
        await receiver.PostAsync(Render + " ");
        await receiver.PostAsync(Finish("1"));

        await using var handler = await InboxHost.StartAsync(_folder.File(), AddHandler, HandleOnly);
        await _handled.Reader.ReadAsync(Token);

        (await handler.Inbox.CountAsync(Token))[WebSoInboxState.Unhandled].Should().Be(2);
        handler.Log.Messages("NoHandler").Should().BeEmpty();
        handler.Log.Messages("Unhandled").Should().ContainSingle("it is logged once per name").Which.Should().Contain("RENDER_RETURN");
    }

    // A process that receives and handles had a handler when it stored the event, so it runs another version.
    [Fact(Timeout = Limit)]
    public async Task HandleOnly_ReceiverHadAHandler_EventWaitsForOne()
    {
        await using (var both = await InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<RenderReturnEvent>("r", (_, _, _) => default)))
        {
            await both.Inbox.PauseAsync(Token);
            await both.PostAsync(Render);
        }

        await using var handler = await InboxHost.StartAsync(_folder.File(), AddHandler, HandleOnly);
        await handler.Inbox.ResumeAsync(Token);

        await handler.Log.WaitForAsync("NoHandler", Token);
        (await handler.Inbox.CountAsync(Token)).Should().NotContainKey(WebSoInboxState.Unhandled);
    }

    // The receiver is stopped for ten minutes, in which the server could not have retried.
    [Fact(Timeout = Limit)]
    public async Task HandleOnly_Running_WritesNoHeartbeats()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var handler = await InboxHost.StartAsync(_folder.File(), AddHandler, HandleOnly, time);
        await using (var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly, time))
            await receiver.PostAsync(Finish("1"));

        for (var i = 0; i < 30; i++)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await handler.Inbox.ResumeAsync(Token);
        }

        await using var again = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly, time);
        (await again.PostAsync(Finish("1"))).Outcome.Should().Be(ReceiveOutcome.Duplicate);
    }

    [Fact(Timeout = Limit)]
    public async Task ReceiveOnly_RetentionEnds_RemovesDeliveries()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly, time);
        await receiver.PostAsync(Finish("1"));
        await receiver.PostAsync("no event");
        await receiver.Inbox.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending }, Token);

        while ((await receiver.Inbox.CountAsync(Token)).Count > 0)
        {
            time.Advance(TimeSpan.FromDays(1));
            await Task.Delay(5, Token);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task ReceiveOnly_Running_WritesHeartbeats()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using (var receiver = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly, time))
            await receiver.PostAsync(Finish("1"));

        await using var again = await InboxHost.StartAsync(_folder.File(), AddNothing, ReceiveOnly, time);
        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await again.Inbox.ResumeAsync(Token);
        }

        (await again.PostAsync(Finish("1"))).Outcome.Should().Be(ReceiveOutcome.Stored, "the duplicate window has ended");
    }

    [Fact(Timeout = Limit)]
    public async Task ReceiveOnly_OldBacklog_HealthNamesTheHandlingProcess()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var receiver = await InboxHost.StartAsync(
            _folder.File(), endpoint => endpoint.Services.AddHealthChecks().AddWebSoInbox(), ReceiveOnly, time);
        await receiver.PostAsync(Finish("1"));
        var before = await CheckAsync(receiver);

        time.Advance(TimeSpan.FromMinutes(16));
        var after = await CheckAsync(receiver);

        before.Status.Should().Be(HealthStatus.Healthy);
        after.Status.Should().Be(HealthStatus.Degraded);
        after.Description.Should().Match("the oldest event has been waiting for 00:16:0*: the process that handles does not run, fails or is too slow*ReceiveOnly*");
        after.Data["pending"].Should().Be(1L);
    }

    private static async Task<HealthReportEntry> CheckAsync(InboxHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries["webso_inbox"];

    private static void ReceiveOnly(WebSoInboxOptions options) => options.ReceiveOnly = true;

    private static void HandleOnly(WebSoInboxOptions options) => (options.HandleOnly, options.PollInterval) = (true, TimeSpan.FromMilliseconds(20));

    private static void AddNothing(IWebSoEventsBuilder endpoint)
    {
    }

    private void AddHandler(IWebSoEventsBuilder endpoint) => endpoint.AddHandler<UserFinishEvent>("h", (e, _, _) =>
    {
        _handled.Writer.TryWrite(e);
        return default;
    });

    private sealed class RoleEntryPoint(EventReceiver receiver) : EntryPoint(receiver)
    {
        public override IReadOnlyList<string> Addresses => ["/webso/events"];

        public override string EnvironmentName => "Development";
    }
}
