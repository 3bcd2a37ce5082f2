using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

public sealed class HandlingTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly Channel<(string Handler, WebSoEvent Event, WebSoEventContext Context)> _calls =
        Channel.CreateUnbounded<(string, WebSoEvent, WebSoEventContext)>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Receive_EventAndItsDuplicate_IsStoredAndHandledOnce()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording("a"));

        var first = await host.PostAsync(Finish("1"));
        var (_, e, context) = await _calls.Reader.ReadAsync(Token);
        var entry = await host.WaitForAsync(WebSoInboxState.Handled);
        var second = await host.PostAsync(Finish("1"));

        first.Outcome.Should().Be(ReceiveOutcome.Stored);
        e.Should().BeOfType<UserFinishEvent>().Which.DocumentId.Should().Be("1");
        context.DeliveryId.Should().Be(entry.DeliveryId);
        second.Outcome.Should().Be(ReceiveOutcome.Duplicate);
        (await host.Inbox.CountAsync(Token)).Should().BeEquivalentTo(new Dictionary<WebSoInboxState, long> { [WebSoInboxState.Handled] = 1 });
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_DuplicateWindowOfZero_HandlesEachCall()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording("a"), options => options.DuplicateWindows["USER_FINISH"] = TimeSpan.Zero);

        await host.PostAsync(Finish("1"));
        await host.PostAsync(Finish("1"));

        await _calls.Reader.ReadAsync(Token);
        await _calls.Reader.ReadAsync(Token);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_HandlerFails_RetriesFromThatHandlerWithTheSameDeliveryId()
    {
        var failures = 2;
        await using var host = await InboxHost.StartAsync(
            _folder.File(),
            endpoint =>
            {
                Recording("first")(endpoint);
                endpoint.AddHandler<UserFinishEvent>("second", (e, context, _) =>
                {
                    _calls.Writer.TryWrite(("second", e, context));
                    return failures-- > 0 ? throw new InvalidOperationException("broken") : default;
                });
            },
            options => options.RetryDelay = TimeSpan.FromMilliseconds(1));

        await host.PostAsync(Finish("1"));
        var entry = await host.WaitForAsync(WebSoInboxState.Handled);

        _calls.Writer.Complete();
        var calls = await _calls.Reader.ReadAllAsync(Token).ToListAsync(Token);
        calls.Select(call => call.Handler).Should().Equal("first", "second", "second", "second");
        calls.Select(call => call.Context.Attempt).Should().Equal(1, 1, 2, 3);
        calls.Select(call => call.Context.DeliveryId).Distinct().Should().Equal(entry.DeliveryId);
        entry.LastError.Should().Contain("second").And.Contain("broken");
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_Rejected_IsADeadLetterAndTheNextEventIsHandled()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("a", (e, _, _) =>
            e.FieldsSigned == 1 ? throw new WebSoEventRejectedException("never") : default));

        await host.PostAsync(Finish("1", fields: 1));
        await host.PostAsync(Finish("1", fields: 2));

        (await host.WaitForAsync(WebSoInboxState.DeadLetter)).Attempts.Should().Be(1);
        (await host.WaitForAsync(WebSoInboxState.Handled)).Attempts.Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_FailingForMaxRetryDuration_IsADeadLetter()
    {
        await using var host = await InboxHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", (_, _, _) => throw new InvalidOperationException("broken")),
            options => (options.RetryDelay, options.MaxRetryDuration) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100)));

        await host.PostAsync(Finish("1"));

        (await host.WaitForAsync(WebSoInboxState.DeadLetter)).Attempts.Should().BeGreaterThan(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Replay_UnhandledEventWithANewHandler_IsHandled()
    {
        await using (var host = await InboxHost.StartAsync(_folder.File(), _ => { }))
        {
            (await host.PostAsync(Finish("1"))).Outcome.Should().Be(ReceiveOutcome.Unhandled);
        }

        await using var later = await InboxHost.StartAsync(_folder.File(), Recording("a"));
        (await later.Inbox.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Unhandled }, Token)).Should().Be(1);

        (await _calls.Reader.ReadAsync(Token)).Context.IsReplay.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_MalformedBodies_AreStoredUpToTheBound()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording("a"), options => options.MaxMalformedCount = 1);

        (await host.PostAsync("no event")).Outcome.Should().Be(ReceiveOutcome.MalformedKept);
        (await host.PostAsync("no event")).Outcome.Should().Be(ReceiveOutcome.Duplicate);
        (await host.PostAsync("another")).StatusCode.Should().Be(400);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_StoredBodyBecameInvalid_IsADeadLetterUntilRepairedAndReplayed()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording("a"));
        await host.Inbox.PauseAsync(Token);
        await host.PostAsync(Finish("1"));
        await host.PostAsync(Finish("1", fields: 2));

        TestFile.Execute(_folder.File(), "UPDATE webso_deliveries SET body = x'7B' WHERE sequence = 1");
        await host.Inbox.ResumeAsync(Token);
        var dead = await host.WaitForAsync(WebSoInboxState.DeadLetter);
        var next = await _calls.Reader.ReadAsync(Token);
        TestFile.Execute(_folder.File(), $"UPDATE webso_deliveries SET body = CAST('{Finish("1")}' AS BLOB) WHERE sequence = 1");
        await host.Inbox.ReplayAsync(new WebSoInboxFilter { DeliveryId = dead.DeliveryId }, Token);

        dead.LastError.Should().StartWith("EventFormatException");
        host.Log.Messages("DeadLetter").Should().ContainSingle();
        next.Event.Should().BeOfType<UserFinishEvent>().Which.FieldsSigned.Should().Be(2);
        (await _calls.Reader.ReadAsync(Token)).Context.DeliveryId.Should().Be(dead.DeliveryId);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_StuckHandler_ReleasesTheSlotAndHoldsTheDocument()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var hang = new TaskCompletionSource();
        await using var host = await InboxHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", async (e, context, _) =>
            {
                _calls.Writer.TryWrite(("a", e, context));
                if (e.DocumentId == "hangs" && e.FieldsSigned == 1)
                    await hang.Task;
            }),
            options => options.MaxConcurrency = 1,
            time,
            options => options.HandlerTimeout = TimeSpan.FromSeconds(1));
        await host.PostAsync(Finish("hangs", 1));
        await _calls.Reader.ReadAsync(Token);
        var before = await host.Inbox.GetBacklogAsync(Token);
        await host.PostAsync(Finish("hangs", 2));
        await host.PostAsync(Finish("free"));

        time.Advance(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(5));
        var other = await _calls.Reader.ReadAsync(Token);
        var held = await host.Inbox.GetBacklogAsync(Token);
        hang.SetResult();
        var next = await _calls.Reader.ReadAsync(Token);

        other.Event.DocumentId.Should().Be("free");
        before.StuckHandlers.Should().Be(0, "the retry duration has not ended");
        (held.Pending, held.StuckHandlers).Should().Be((1, 1));
        next.Event.Should().BeOfType<UserFinishEvent>().Which.FieldsSigned.Should().Be(2);
        while ((await host.Inbox.GetBacklogAsync(Token)).StuckHandlers > 0)
            await Task.Yield();
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_HostStartedInASpan_StartsANewTrace()
    {
        var seen = new TaskCompletionSource<Activity?>();
        using var start = new Activity("start").Start();
        await using var host = await InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("a", (_, _, _) =>
        {
            seen.TrySetResult(Activity.Current);
            return default;
        }));
        start.Stop();

        await host.PostAsync(Finish("1"));

        (await seen.Task.WaitAsync(Token)).Should().BeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_HandlersReturnInTime_AreNotReportedAsStuck()
    {
        const int Events = 1000;
        await using var host = await InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("a", (_, _, _) => default));
        await host.Inbox.PauseAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, Events).Select(number => host.PostAsync(Finish(number.ToString(CultureInfo.InvariantCulture)))));

        await host.Inbox.ResumeAsync(Token);
        var most = 0L;
        WebSoInboxBacklog backlog;
        do
        {
            backlog = await host.Inbox.GetBacklogAsync(Token);
            most = Math.Max(most, backlog.StuckHandlers);
        }
        while (backlog.Pending + backlog.Handling > 0);

        most.Should().Be(0, "each handler returned immediately");
    }

    [Fact(Timeout = Limit)]
    public async Task Stop_Graceful_WaitsForHandlersAndStillStores()
    {
        var mayEnd = new TaskCompletionSource();
        var host = await InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("a", async (e, context, _) =>
        {
            _calls.Writer.TryWrite(("a", e, context));
            await mayEnd.Task;
        }));
        await host.PostAsync(Finish("1"));
        await _calls.Reader.ReadAsync(Token);

        var stop = host.StopAsync();
        var late = await host.PostAsync(Finish("2"));
        mayEnd.SetResult();
        await stop;
        var counts = await host.Inbox.CountAsync(Token);
        await host.DisposeAsync();

        late.Outcome.Should().Be(ReceiveOutcome.Stored);
        counts[WebSoInboxState.Handled].Should().Be(1);
        counts[WebSoInboxState.Pending].Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_OptionsOutOfRange_FailsWithTheOption()
    {
        var start = () => InboxHost.StartAsync(_folder.File(), Recording("a"), options => options.MaxConcurrency = 0);

        (await start.Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()).WithMessage("WebSoEvents:Inbox: MaxConcurrency is 0*");
    }

    private Action<IWebSoEventsBuilder> Recording(string name) => endpoint => endpoint.AddHandler<WebSoEvent>(name, (e, context, _) =>
    {
        _calls.Writer.TryWrite((name, e, context));
        return default;
    });
}
