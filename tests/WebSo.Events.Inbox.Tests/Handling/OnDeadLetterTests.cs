using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;
using Callback = System.Func<WebSo.Events.WebSoInboxDetails, System.IServiceProvider, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask>;

namespace WebSo.Events.Inbox.Tests;

// The OnDeadLetter delegate is called at least once for each dead letter, until it returns.
public sealed class OnDeadLetterTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Channel<WebSoInboxDetails> _calls = Channel.CreateUnbounded<WebSoInboxDetails>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DeadLetter_GetsDetailsAfterTheCommitInANewScope()
    {
        var scopes = new ConcurrentQueue<Scoped>();
        await using var host = await StartAsync(
            async (deadLetter, services, cancellationToken) =>
            {
                scopes.Enqueue(services.GetRequiredService<Scoped>());
                (await services.GetRequiredService<IWebSoInbox>().GetAsync(deadLetter.Entry.DeliveryId, cancellationToken))!.Entry.State.Should().Be(WebSoInboxState.DeadLetter);
                _calls.Writer.TryWrite(deadLetter);
            },
            services => services.AddScoped<Scoped>());

        await host.PostAsync(Finish("1"));
        await host.PostAsync(Finish("2"));
        var calls = new[] { await NextAsync(), await NextAsync() };

        calls.Select(call => call.Entry.DocumentId).Should().BeEquivalentTo("1", "2");
        var first = calls.Single(call => call.Entry.DocumentId == "1");
        first.Entry.Should().BeEquivalentTo(new { EventName = "USER_FINISH", State = WebSoInboxState.DeadLetter, Attempts = 1 });
        first.Entry.LastError.Should().Contain("not for us");
        Encoding.UTF8.GetString(first.Context.Body.Span).Should().Be(Finish("1"));
        await UntilAsync(() => scopes.Count == 2 && scopes.All(scope => scope.IsDisposed));
        scopes.Distinct().Should().HaveCount(2);
    }

    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DelegateThrows_IsCalledAgainUntilItReturns()
    {
        var left = 2;
        await using var host = await StartAsync((deadLetter, _, _) =>
        {
            _calls.Writer.TryWrite(deadLetter);
            return left-- > 0 ? throw new IOException("no mail server") : default;
        });

        await host.PostAsync(Finish("1"));
        var calls = new[] { await NextAsync(), await AdvanceUntilCalledAsync(), await AdvanceUntilCalledAsync() };
        await PassAsync(TimeSpan.FromHours(1));

        calls.Select(call => (call.Entry.DeliveryId, call.Entry.EndedAt)).Distinct().Should().ContainSingle();
        _calls.Reader.TryRead(out _).Should().BeFalse("it has returned");
        host.Log.Messages("OnDeadLetterFailed").Should().NotBeEmpty().And.OnlyContain(line => line.Contains(calls[0].Entry.DeliveryId.ToString()));
        (await host.Inbox.GetAsync(calls[0].Entry.DeliveryId, Token))!.Should().BeEquivalentTo(new { CompletedHandlers = Array.Empty<string>(), Outcomes = new[] { new { State = WebSoInboxState.DeadLetter } } });
    }

    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DelegateAlwaysThrows_IsCalledLessOftenAndDelaysNoOthers()
    {
        var poison = 0;
        await using var host = await StartAsync((deadLetter, _, _) =>
        {
            if (deadLetter.Entry.DocumentId == "poison")
            {
                Interlocked.Increment(ref poison);
                throw new IOException("no mail server");
            }

            _calls.Writer.TryWrite(deadLetter);
            return default;
        });
        await host.PostAsync(Finish("poison"));
        await UntilAsync(() => Volatile.Read(ref poison) == 1);

        await PassAsync(TimeSpan.FromHours(2));
        await host.PostAsync(Finish("1"));

        (await NextAsync()).Entry.DocumentId.Should().Be("1");
        poison.Should().BeInRange(8, 16, "it is called after 1, 2, 4 and 8 minutes, and then every 15 minutes");
    }

    // Simulates a crash between the commit and the call.
    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_StopDuringACall_CancelsItAndTheNextStartCallsAgain()
    {
        var canceled = new TaskCompletionSource();
        await using (var first = await StartAsync(async (deadLetter, _, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(canceled.SetResult);
            _calls.Writer.TryWrite(deadLetter);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }))
        {
            await first.PostAsync(Finish("1"));
            await NextAsync();
            await first.StopAsync();
            await canceled.Task.WaitAsync(Token);
        }

        await using var second = await StartAsync(Record);
        (await NextAsync()).Entry.DocumentId.Should().Be("1");
        await second.StopAsync();
        await second.DisposeAsync();

        await using var third = await StartAsync(Record);
        await PassAsync(TimeSpan.FromMinutes(5));
        _calls.Reader.TryRead(out _).Should().BeFalse("a call that returned is noted for good");
    }

    [Fact(Timeout = Limit)]
    public async Task Stop_DelegateIgnoresItsToken_TheProcessEnds()
    {
        var never = new TaskCompletionSource();
        await using var host = await StartAsync((deadLetter, _, _) =>
        {
            _calls.Writer.TryWrite(deadLetter);
            return new ValueTask(never.Task);
        });
        await host.PostAsync(Finish("1"));
        await NextAsync();

        var stop = host.StopAsync();
        while (!stop.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Token);
        }

        await stop;
        never.SetResult();
    }

    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DelegateHangs_IsCanceledAfterHandlerTimeoutAndDelaysNoHandler()
    {
        var isFirst = true;
        await using var host = await StartAsync(async (deadLetter, _, cancellationToken) =>
        {
            _calls.Writer.TryWrite(deadLetter);
            if (isFirst)
            {
                isFirst = false;
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        });
        await host.PostAsync(Finish("1"));
        await NextAsync();

        for (var i = 2; i <= 40; i++)
            await host.PostAsync(Finish($"{i}"));
        await host.PostAsync("""{"event":"RENDER_RETURN","status":"success","document_id":"1"}""");
        await UntilAsync(async () => (await host.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.DeadLetter) == 40);
        (await host.WaitForAsync(WebSoInboxState.Handled)).EventName.Should().Be("RENDER_RETURN");
        _calls.Reader.TryRead(out _).Should().BeFalse("there is one call at a time");

        _time.Advance(TimeSpan.FromMinutes(5));
        for (var i = 2; i <= 40; i++)
            await NextAsync();
        host.Log.Messages("OnDeadLetterFailed").Should().ContainSingle();
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OnDeadLetter_ReplayEndsAsADeadLetter_IsCalledAgain(bool holdsDocument)
    {
        await using var host = await StartAsync(Record, configure: options => options.HoldDocumentAfterDeadLetter = holdsDocument);
        await host.PostAsync(Finish("1"));
        await host.PostAsync("""{"event":"RENDER_RETURN","status":"success","document_id":"1"}""");
        var first = await NextAsync();

        (await host.Inbox.GetBacklogAsync(Token)).HeldDocuments.Should().Be(holdsDocument ? 1 : 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        await host.Inbox.ReplayAsync(new WebSoInboxFilter { DeliveryId = first.Entry.DeliveryId }, Token);
        var second = await NextAsync();

        second.Entry.Should().BeEquivalentTo(new { first.Entry.DeliveryId, IsReplay = true });
        second.Entry.EndedAt.Should().BeAfter(first.Entry.EndedAt!.Value);
        await PassAsync(TimeSpan.FromMinutes(5));
        _calls.Reader.TryRead(out _).Should().BeFalse();
    }

    // More dead letters than one search handles, oldest first.
    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_EarlierDeadLetters_IsCalledForAHundredPerMinute()
    {
        await using (var before = await StartAsync(callback: null))
        {
            for (var i = 1; i <= 105; i++)
                await before.PostAsync(Finish($"{i}"));
            await UntilAsync(async () => (await before.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.DeadLetter) == 105);
        }

        await using var host = await StartAsync(Record);
        var called = new List<string>();
        while (called.Count < 100)
            called.Add((await NextAsync()).Entry.DocumentId);
        await Task.Delay(50, Token);
        _calls.Reader.TryRead(out _).Should().BeFalse("that is enough for a minute");
        called.Add((await AdvanceUntilCalledAsync()).Entry.DocumentId);
        while (called.Count < 105)
            called.Add((await NextAsync()).Entry.DocumentId);

        called.Should().Equal(Enumerable.Range(1, 105).Select(i => $"{i}"));
    }

    // The process that created a dead letter calls the delegate itself, so a search of another process waits a minute.
    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DeadLetterOfAnotherProcess_WaitsForAMinute()
    {
        await using var other = await StartAsync(callback: null);
        await using var host = await InboxHost.StartAsync(
            _folder.File(), endpoint => endpoint.AddHandler<RenderReturnEvent>("r", (_, _, _) => default).OnDeadLetter(Record), timeProvider: _time);
        await PassAsync(TimeSpan.FromSeconds(40));

        await other.PostAsync(Finish("1"));
        await other.WaitForAsync(WebSoInboxState.DeadLetter);
        var call = await AdvanceUntilCalledAsync();

        (_time.GetUtcNow() - call.Entry.EndedAt!.Value).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1));
        await PassAsync(TimeSpan.FromMinutes(5));
        _calls.Reader.TryRead(out _).Should().BeFalse();
    }

    private Task<InboxHost> StartAsync(Callback? callback, Action<IServiceCollection>? addServices = null, Action<WebSoInboxOptions>? configure = null) => InboxHost.StartAsync(
        _folder.File(),
        endpoint =>
        {
            endpoint.AddHandler<UserFinishEvent>("u", (_, _, _) => throw new WebSoEventRejectedException("not for us"))
                .AddHandler<RenderReturnEvent>("r", (_, _, _) => default);
            addServices?.Invoke(endpoint.Services);
            if (callback is not null)
                endpoint.OnDeadLetter(callback);
        },
        configure,
        _time);

    private ValueTask Record(WebSoInboxDetails deadLetter, IServiceProvider services, CancellationToken cancellationToken)
    {
        _calls.Writer.TryWrite(deadLetter);
        return default;
    }

    private async Task<WebSoInboxDetails> NextAsync() => await _calls.Reader.ReadAsync(Token);

    private async Task<WebSoInboxDetails> AdvanceUntilCalledAsync()
    {
        WebSoInboxDetails? call;
        while (!_calls.Reader.TryRead(out call))
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5, Token);
        }

        return call;
    }

    // Advances the time in small steps, so that waiting tasks can continue.
    private async Task PassAsync(TimeSpan time)
    {
        for (var end = _time.GetUtcNow() + time; _time.GetUtcNow() < end;)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(5, Token);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(5, Token);
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
