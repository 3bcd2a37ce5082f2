using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// The time from which a lease is valid, and leases after unexpected exceptions.
public sealed class DeliveryWorkerLeaseTests : IDisposable
{
    private const int Limit = 60_000;

    // More than two thirds of a lease duration.
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(25);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly ConcurrentQueue<int> _attempts = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // The time that the claim waited does not count against the lease.
    [Fact(Timeout = Limit)]
    public async Task Claim_WaitsLongForTheDatabase_IsHandled()
    {
        var (host, slow) = await StartAsync(beforeCommit: false);
        await using var disposal = host;
        await StoreAsync();

        slow.IsSlow = true;
        host.Worker.Wake();

        (await host.WaitForAsync(WebSoInboxState.Handled))[0].Attempts.Should().Be(1);
        slow.IsSlow = false;
    }

    // Another process may hold the lease.
    [Fact(Timeout = Limit)]
    public async Task Claim_CommitTakesLong_CallsNoHandler()
    {
        var (host, slow) = await StartAsync(beforeCommit: true);
        await using var disposal = host;
        await StoreAsync();

        slow.IsSlow = true;
        host.Worker.Wake();
        while (slow.Commits < 8)
            await Task.Delay(5, Token);

        _attempts.Should().BeEmpty();
        slow.IsSlow = false;
        await host.WaitForAsync(WebSoInboxState.Handled);
        _attempts.Should().ContainSingle();
    }

    // Delaying the retry needs no valid lease. If the takeover were released instead, a delivery that ends its process would never become a
    // dead letter on a slow database.
    [Fact(Timeout = Limit)]
    public async Task Claim_TakeoverWithALongCommit_IsDelayed()
    {
        var (host, slow) = await StartAsync(beforeCommit: true);
        await using var disposal = host;
        await StoreAsync(isAbandoned: true);
        _time.Advance(InboxEngine.DefaultLeaseDuration + TimeSpan.FromSeconds(1));

        slow.IsSlow = true;
        host.Worker.Wake();

        while ((await host.Engine.ListAsync(new WebSoInboxFilter(), 1, null, Token)).Entries[0] is { LastError: null })
            await Task.Delay(5, Token);
        _attempts.Should().BeEmpty();
        slow.IsSlow = false;
    }

    // The exception comes from options that can't be read at that moment.
    [Fact(Timeout = Limit)]
    public async Task Handle_ExceptionOutsideTheHandlers_IsLoggedAndRetriedWithADelay()
    {
        var logger = new TestLog();
        var options = new FailingOptions();
        await using var host = await WorkerHost.StartAsync(
            _folder.File(),
            endpoint =>
            {
                endpoint.Services.AddSingleton<IOptionsMonitor<WebSoInboxOptions>>(options);
                endpoint.AddHandler<UserFinishEvent>("a", (_, context, _) =>
                {
                    _attempts.Enqueue(context.Attempt);
                    options.FailsNext = context.Attempt == 1;
                    return context.Attempt == 1 ? throw new InvalidOperationException("failed") : default;
                });
            },
            time: _time,
            logger: logger);

        await host.PostAsync("1");
        var waiting = (await host.WaitForAsync(WebSoInboxState.Pending, 1))[0];
        while (waiting.Attempts != 1 || waiting.NextAttemptAt is null)
            waiting = (await host.WaitForAsync(WebSoInboxState.Pending, 1))[0];

        waiting.NextAttemptAt.Should().BeAfter(_time.GetUtcNow());
        waiting.LastError.Should().Contain("The options can't be read");
        logger.Messages("MarkFailed").Should().ContainSingle();
        while (_attempts.Count < 2)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Token);
        }

        await host.WaitForAsync(WebSoInboxState.Handled);
        _attempts.Should().Equal(1, 2);
    }

    private async Task<(WorkerHost Host, SlowDialect Slow)> StartAsync(bool beforeCommit)
    {
        SlowDialect? slow = null;
        var host = await WorkerHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<UserFinishEvent>("a", (_, context, _) =>
            {
                _attempts.Enqueue(context.Attempt);
                return default;
            }),
            time: _time,
            wrap: dialect => slow = new SlowDialect(dialect, () => _time.Advance(s_long), beforeCommit));
        return (host, slow!);
    }

    // Stored by another process, so the worker has to claim the delivery.
    private async Task StoreAsync(bool isAbandoned = false)
    {
        await using var other = new InboxEngine(new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false)), _time, NullLogger.Instance);
        await other.OpenAsync(Token);
        await other.AppendAsync(
            new NewDelivery
            {
                Context = new WebSoEventContext
                {
                    DeliveryId = Guid.CreateVersion7(),
                    ReceivedAt = _time.GetUtcNow(),
                    EndpointName = "",
                    RequestPath = "/",
                    QueryString = "",
                    Body = """{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":"1"}"""u8.ToArray(),
                },
                EventName = "USER_FINISH",
                DocumentId = "1",
                State = WebSoInboxState.Pending,
            },
            Token);
        if (isAbandoned)
            (await other.ClaimAsync("", 1, Token)).Leases.Should().ContainSingle();
    }

    private sealed class FailingOptions : IOptionsMonitor<WebSoInboxOptions>
    {
        private readonly WebSoInboxOptions _options = new();
        private int _failsNext;

        public bool FailsNext
        {
            set => Volatile.Write(ref _failsNext, value ? 1 : 0);
        }

        public WebSoInboxOptions CurrentValue => Get(null);

        public WebSoInboxOptions Get(string? name) =>
            Interlocked.Exchange(ref _failsNext, 0) == 1 ? throw new OptionsValidationException("", typeof(WebSoInboxOptions), ["The options can't be read."]) : _options;

        public IDisposable? OnChange(Action<WebSoInboxOptions, string?> listener) => null;
    }
}
