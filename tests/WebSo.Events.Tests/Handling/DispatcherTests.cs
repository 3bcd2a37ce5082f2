using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class DispatcherTests
{
    private static readonly StatusChangeEvent s_event = new()
    {
        From = SignatureRequestStatus.New,
        To = SignatureRequestStatus.Finished,
        DocumentId = "1",
    };

    private static readonly RenderReturnEvent s_render = new() { Status = RenderStatus.Success, DocumentId = "1" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispatch_SeveralHandlers_AreCalledInOrderOfRegistration()
    {
        var journal = new Journal();
        await using var receiver = new TestReceiver(services => services.AddSingleton(journal).AddWebSoEvents()
            .AddHandler<StatusChangeEvent>("b", (_, _, _) => journal.Add("b"))
            .AddHandler<StatusChangeEvent, StatusHandler>()
            .AddHandler<RenderReturnEvent>("other", (_, _, _) => journal.Add("other"))
            .AddHandler<WebSoEvent>("all", (_, _, _) => journal.Add("all"))
            .AddHandler<StatusChangeEvent>("a", (_, _, _) => journal.Add("a")));

        await DispatchAsync(receiver, s_event);

        journal.Entries.Should().Equal("b", "StatusHandler", "all", "a");
        Dispatcher(receiver).GetHandlerNames(s_event).Should().Equal("b", $"{typeof(StatusHandler)}:StatusChangeEvent", "all", "a");
        Dispatcher(receiver).GetHandlerNames(new UnknownWebSoEvent("A")).Should().Equal("all");
    }

    [Fact]
    public async Task Dispatch_HandlerOfBaseType_ReceivesAllEvents()
    {
        var journal = new Journal();
        await using var all = new TestReceiver(services => services.AddSingleton(journal).AddWebSoEvents().AddHandler<WebSoEvent, AuditHandler>());
        await using var one = new TestReceiver(services => services.AddSingleton(journal).AddWebSoEvents().AddHandler<StatusChangeEvent, AuditHandler>());

        foreach (var receiver in new[] { all, one })
        {
            await DispatchAsync(receiver, s_event);
            await DispatchAsync(receiver, s_render);
            await DispatchAsync(receiver, new UnknownWebSoEvent("A"));
        }

        journal.Entries.Should().Equal("STATUS_CHANGE", "RENDER_RETURN", "A", "STATUS_CHANGE");
    }

    [Fact]
    public async Task AddHandler_AddedTwice_RunsOnce()
    {
        var journal = new Journal();
        await using var receiver = new TestReceiver(services =>
        {
            services.AddSingleton(journal);
            services.AddWebSoEvents().AddHandler<StatusChangeEvent, StatusHandler>();
            services.AddWebSoEvents().AddHandler<StatusChangeEvent, StatusHandler>();
        });

        await DispatchAsync(receiver, s_event);

        journal.Entries.Should().Equal("StatusHandler");
    }

    [Fact]
    public async Task AddHandler_OneHandlerForTwoEvents_ReceivesBoth()
    {
        var journal = new Journal();
        await using var receiver = new TestReceiver(services => services.AddSingleton(journal).AddWebSoEvents()
            .AddHandler<StatusChangeEvent, AuditHandler>()
            .AddHandler<RenderReturnEvent, AuditHandler>());

        await DispatchAsync(receiver, s_render);
        await DispatchAsync(receiver, s_event);

        journal.Entries.Should().Equal("RENDER_RETURN", "STATUS_CHANGE");
    }

    [Fact]
    public async Task Dispatch_EachEvent_HasDisposedScope()
    {
        var journal = new Journal();
        await using var receiver = new TestReceiver(services => services.AddSingleton(journal).AddScoped<ScopedService>().AddWebSoEvents()
            .AddHandler<StatusChangeEvent, ScopedHandler>()
            .AddHandler<WebSoEvent, ScopedHandlerOfAll>());

        await DispatchAsync(receiver, s_event);
        await DispatchAsync(receiver, s_event);

        journal.Entries.Should().Equal("first 1", "second 1", "disposed 1", "first 2", "second 2", "disposed 2");
    }

    [Fact]
    public async Task Dispatch_HandlerFails_IsWrappedAndSkipsOthers()
    {
        var journal = new Journal();
        var cause = new InvalidOperationException("the cause");
        await using var receiver = new TestReceiver(services => services.AddSingleton(journal).AddScoped<ScopedService>().AddWebSoEvents()
            .AddHandler<StatusChangeEvent, ScopedHandler>()
            .AddHandler<StatusChangeEvent>("fails", (_, _, _) => throw cause)
            .AddHandler<StatusChangeEvent>("never", (_, _, _) => journal.Add("never")));

        var act = () => DispatchAsync(receiver, s_event);

        var failure = (await act.Should().ThrowAsync<HandlerException>()).Which;
        (failure.HandlerName, failure.InnerException).Should().Be(("fails", cause));
        journal.Entries.Should().Equal("first 1", "disposed 1");
    }

    [Fact]
    public async Task Dispatch_ScopeDisposalFails_IsHandlerFailure()
    {
        await using var receiver = new TestReceiver(services => services.AddScoped<FailingDisposal>().AddWebSoEvents()
            .AddHandler<StatusChangeEvent, HandlerWithFailingDisposal>());

        var act = () => DispatchAsync(receiver, s_event);

        (await act.Should().ThrowAsync<HandlerException>()).WithInnerException<IOException>();
    }

    [Fact]
    public async Task Dispatch_HandlerCannotBeCreated_IsWrapped()
    {
        await using var receiver = new TestReceiver(services => services
            .AddScoped<StatusHandler>(_ => throw new InvalidOperationException("no database"))
            .AddWebSoEvents().AddHandler<StatusChangeEvent, StatusHandler>());

        var act = () => DispatchAsync(receiver, s_event);

        (await act.Should().ThrowAsync<HandlerException>()).Which.HandlerName.Should().Contain("StatusHandler");
    }

    [Fact]
    public async Task Dispatch_HandlerObservesToken_TimesOut()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(o => o.HandlerTimeout = TimeSpan.FromMinutes(1))
            .AddHandler<StatusChangeEvent>("slow", async (_, _, token) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            }));

        var dispatching = DispatchAsync(receiver, s_event);
        await started.Task;
        receiver.Time.Advance(TimeSpan.FromSeconds(59));
        dispatching.IsCompleted.Should().BeFalse();
        receiver.Time.Advance(TimeSpan.FromSeconds(1));

        var act = () => dispatching;
        (await act.Should().ThrowAsync<HandlerException>()).WithInnerException<TimeoutException>().WithMessage("*exceeded HandlerTimeout (00:01:00)*");
    }

    [Fact]
    public async Task Dispatch_InfiniteHandlerTimeout_NeverCancels()
    {
        TestReceiver? clock = null;
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(o => o.HandlerTimeout = Timeout.InfiniteTimeSpan)
            .AddHandler<StatusChangeEvent>("slow", (_, _, token) =>
            {
                clock!.Time.Advance(TimeSpan.FromDays(10));
                token.IsCancellationRequested.Should().BeFalse();
                return default;
            }));
        clock = receiver;

        await DispatchAsync(receiver, s_event);
    }

    [Fact]
    public async Task Dispatch_ProcessStops_CancelsHandler()
    {
        using var end = new CancellationTokenSource();
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents().AddHandler<StatusChangeEvent>("ends", async (_, _, token) =>
        {
            await end.CancelAsync();
            token.ThrowIfCancellationRequested();
        }));

        var act = () => Dispatcher(receiver).DispatchAsync(s_event, Context(), null, end.Token).AsTask();

        (await act.Should().ThrowAsync<HandlerException>()).WithInnerException<OperationCanceledException>();
    }

    [Fact]
    public async Task Dispatch_WithProgress_SkipsCompletedHandlersAndReportsOthers()
    {
        var journal = new Journal();
        var fails = true;
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddHandler<StatusChangeEvent>("a", (_, _, _) => journal.Add("a"))
            .AddHandler<StatusChangeEvent>("b", (_, _, _) => fails ? throw new InvalidOperationException() : journal.Add("b"))
            .AddHandler<StatusChangeEvent>("c", (_, _, _) => journal.Add("c")));
        var progress = new TestProgress();

        var act = () => Dispatcher(receiver).DispatchAsync(s_event, Context(), progress, Token).AsTask();
        await act.Should().ThrowAsync<HandlerException>();
        progress.Completed.Should().Equal("a");
        fails = false;
        await act();

        progress.Completed.Should().Equal("a", "b", "c");
        journal.Entries.Should().Equal("a", "b", "c");
    }

    private static EventDispatcher Dispatcher(TestReceiver receiver) => receiver.Services.GetRequiredKeyedService<EventDispatcher>("");

    private static Task DispatchAsync(TestReceiver receiver, WebSoEvent e) => Dispatcher(receiver).DispatchAsync(e, Context(), null, Token).AsTask();

    private static WebSoEventContext Context() => new()
    {
        DeliveryId = Guid.NewGuid(),
        ReceivedAt = default,
        EndpointName = "",
        RequestPath = "",
        QueryString = "",
        Body = default,
    };
}
