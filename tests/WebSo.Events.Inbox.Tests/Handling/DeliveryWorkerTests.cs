using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

public sealed class DeliveryWorkerTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _folder = new();
    private readonly Channel<(UserFinishEvent Event, WebSoEventContext Context)> _calls = Channel.CreateUnbounded<(UserFinishEvent, WebSoEventContext)>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Handle_RetryOfAnEvent_HandlesItOnce()
    {
        await using var host = await WorkerHost.StartAsync(_folder.File(), Recording());

        var first = await host.PostAsync("1");
        var (e, context) = await _calls.Reader.ReadAsync(Token);
        var entry = (await host.WaitForAsync(WebSoInboxState.Handled))[0];
        var second = await host.PostAsync("1");

        e.DocumentId.Should().Be("1");
        context.DeliveryId.Should().Be(first.DeliveryId).And.Be(entry.DeliveryId);
        second.IsDuplicate.Should().BeTrue();
        var outcomes = (await host.Engine.Reader.GetAsync(first.DeliveryId, Token))!.Outcomes;
        outcomes.Select(outcome => outcome.HandlerName).Should().Equal("a", null);
        _calls.Reader.TryRead(out _).Should().BeFalse();
    }

    // More documents than slots, with several events each. All are handled once, each document in order and one event at a time.
    [Fact(Timeout = Limit)]
    public async Task Handle_ManyEventsOfManyDocuments_HandlesEachDocumentInOrder()
    {
        const int Documents = 20;
        const int Events = 15;
        var running = new ConcurrentDictionary<string, int>();
        var overlaps = 0;
        var handled = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
        await using var host = await WorkerHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", async (e, _, _) =>
            {
                if (running.AddOrUpdate(e.DocumentId, 1, (_, count) => count + 1) > 1)
                    Interlocked.Increment(ref overlaps);
                await Task.Yield();
                handled.GetOrAdd(e.DocumentId, _ => new ConcurrentQueue<int>()).Enqueue(NumberOf(e));
                running.AddOrUpdate(e.DocumentId, 0, (_, count) => count - 1);
            }),
            options => options.MaxConcurrency = 4);

        await Task.WhenAll(Enumerable.Range(0, Documents).Select(document => Task.Run(
            async () =>
            {
                for (var number = 1; number <= Events; number++)
                    await host.PostAsync(document.ToString(CultureInfo.InvariantCulture), number);
            },
            Token)));
        await host.WaitForAsync(WebSoInboxState.Handled, Documents * Events);

        overlaps.Should().Be(0);
        handled.Should().HaveCount(Documents);
        foreach (var numbers in handled.Values)
            numbers.Should().Equal(Enumerable.Range(1, Events));
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_ManyDocuments_RunsAtMostMaxConcurrencyHandlers()
    {
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource();
        await using var host = await WorkerHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", async (_, _, _) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                if (now == 3)
                    gate.TrySetResult();
                await gate.Task;
                Interlocked.Decrement(ref running);
            }),
            options => options.MaxConcurrency = 3);

        for (var i = 0; i < 30; i++)
            await host.PostAsync($"{i}");
        await host.WaitForAsync(WebSoInboxState.Handled, 30);

        most.Should().Be(3);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_HandlerFails_RetriesFromThatHandlerAndStoresAllMessages()
    {
        var failures = 2;
        var called = new ConcurrentQueue<string>();
        await using var host = await WorkerHost.StartAsync(
            _folder.File(),
            endpoint => endpoint
                .AddHandler<UserFinishEvent>("first", (_, _, _) => Note("first"))
                .AddHandler<UserFinishEvent>("second", (_, _, _) =>
                {
                    called.Enqueue("second");
                    return failures-- > 0 ? throw new InvalidOperationException("outer", new FormatException("the cause")) : default;
                }),
            options => options.RetryDelay = TimeSpan.FromMilliseconds(1));

        await host.PostAsync("1");
        var entry = (await host.WaitForAsync(WebSoInboxState.Handled))[0];

        called.Should().Equal("first", "second", "second", "second");
        entry.Attempts.Should().Be(3);
        entry.LastError.Should().Contain("second").And.Contain("outer").And.Contain("caused by FormatException: the cause");

        ValueTask Note(string name)
        {
            called.Enqueue(name);
            return default;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_Rejected_IsADeadLetterAndReleasesItsDocument()
    {
        await using var host = await WorkerHost.StartAsync(_folder.File(), Rejecting());

        await host.PostAsync("1", 1);
        await host.PostAsync("1", 2);

        (await host.WaitForAsync(WebSoInboxState.DeadLetter)).Should().ContainSingle();
        (await host.WaitForAsync(WebSoInboxState.Handled)).Should().ContainSingle();
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_RejectedWithHoldDocument_NextEventWaitsForDiscard()
    {
        await using var host = await WorkerHost.StartAsync(_folder.File(), Rejecting(), options => options.HoldDocumentAfterDeadLetter = true);
        await host.PostAsync("1", 1);
        var dead = (await host.WaitForAsync(WebSoInboxState.DeadLetter))[0];

        await host.PostAsync("1", 2);
        await host.PostAsync("2", 2);
        await host.WaitForAsync(WebSoInboxState.Handled);
        (await host.WaitForAsync(WebSoInboxState.Pending)).Should().ContainSingle();
        await host.Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = dead.DeliveryId }, Token);

        await host.WaitForAsync(WebSoInboxState.Handled, 2);
    }

    // After ten consecutive leases that ended with their process, no handler is called again.
    [Fact(Timeout = Limit)]
    public async Task Handle_TenInterruptedAttempts_IsADeadLetterWithoutAnotherCall()
    {
        await CutOffAsync(10);

        await using var host = await WorkerHost.StartAsync(_folder.File(), Recording());
        var dead = (await host.WaitForAsync(WebSoInboxState.DeadLetter))[0];

        dead.LastError.Should().Contain("10 consecutive attempts");
        _calls.Reader.TryRead(out _).Should().BeFalse();
    }

    // The retry duration may have passed only because no process was running.
    [Theory(Timeout = Limit)]
    [InlineData(60)]
    [InlineData(1)]
    public async Task Handle_InterruptedAttempt_IsRetriedWithBackoffAndCounted(int maxRetryMinutes)
    {
        await CutOffAsync(1);

        await using var host = await WorkerHost.StartAsync(
            _folder.File(),
            Recording(),
            options => (options.RetryDelay, options.MaxRetryDuration) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(maxRetryMinutes)));
        var (_, context) = await _calls.Reader.ReadAsync(Token);

        context.Attempt.Should().Be(2);
        await host.WaitForAsync(WebSoInboxState.Handled);
    }

    [Fact(Timeout = Limit)]
    public async Task Stop_DeliveriesNotStarted_AreReleasedAndResultsAreWritten()
    {
        var (begun, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using (var host = await WorkerHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", async (_, _, _) =>
            {
                begun.TrySetResult();
                await mayEnd.Task;
            }),
            options => options.MaxConcurrency = 1))
        {
            await host.PostAsync("1");
            await begun.Task;
            await host.PostAsync("2");
            var stop = host.Worker.StopAsync(Token);
            await host.PostAsync("3");
            mayEnd.SetResult();
            await stop;
        }

        var engine = new InboxEngine(new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false)), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await engine.OpenAsync(Token);
        var entries = (await engine.ListAsync(new WebSoInboxFilter(), 10, null, Token)).Entries;
        await engine.DisposeAsync();
        entries.Select(entry => (entry.DocumentId, entry.State, entry.Attempts)).Should().Equal(
            ("3", WebSoInboxState.Pending, 0), ("2", WebSoInboxState.Pending, 0), ("1", WebSoInboxState.Handled, 1));
    }

    [Fact(Timeout = Limit)]
    public async Task Start_BacklogOfAnEarlierProcess_IsHandledCompletely()
    {
        var time = TimeProvider.System;
        await using (var host = await WorkerHost.StartAsync(_folder.File(), Recording(), time: time))
        {
            await host.Engine.PauseAsync(null, Token);
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => host.PostAsync($"{i % 50}", i)));
        }

        await using var next = await WorkerHost.StartAsync(_folder.File(), Recording());
        _calls.Reader.TryRead(out _).Should().BeFalse();
        await next.Engine.ResumeAsync(null, Token);

        await next.WaitForAsync(WebSoInboxState.Handled, 500);
    }

    // Creates leases that were never released, each taken over by the next process.
    private async Task CutOffAsync(int times)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow - TimeSpan.FromMinutes(30));
        var engine = new InboxEngine(new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false)), time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await engine.OpenAsync(Token);
        var body = "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":\"1\"}"u8.ToArray();
        await engine.AppendAsync(
            new NewDelivery
            {
                Context = new WebSoEventContext
                {
                    DeliveryId = Guid.CreateVersion7(),
                    ReceivedAt = time.GetUtcNow(),
                    EndpointName = "",
                    RequestPath = "/",
                    QueryString = "",
                    Body = body,
                },
                EventName = "USER_FINISH",
                DocumentId = "1",
                State = WebSoInboxState.Pending,
            },
            Token);
        for (var i = 0; i < times; i++)
        {
            (await engine.ClaimAsync("", 10, Token)).Leases.Should().ContainSingle().Which.Interruptions.Should().Be(i);
            for (var step = 0; step < 2; step++)
            {
                time.Advance(TimeSpan.FromSeconds(16));
                await engine.ProbeAsync(Token);
            }
        }

        await engine.DisposeAsync();
    }

    private static int NumberOf(UserFinishEvent e) => Convert.ToInt32(e.FieldsSigned, CultureInfo.InvariantCulture);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }

    private Action<IWebSoEventsBuilder> Recording() => endpoint => endpoint.AddHandler<UserFinishEvent>("a", (e, context, _) =>
    {
        _calls.Writer.TryWrite((e, context));
        return default;
    });

    private static Action<IWebSoEventsBuilder> Rejecting() => endpoint => endpoint.AddHandler<UserFinishEvent>("a", (e, _, _) =>
        NumberOf(e) == 1 ? throw new WebSoEventRejectedException("never") : default);
}
