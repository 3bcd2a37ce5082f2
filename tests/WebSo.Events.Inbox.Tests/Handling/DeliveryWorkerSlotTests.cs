using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// The number of deliveries that a worker accepts, and the release of those that have not started.
public sealed class DeliveryWorkerSlotTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly ConcurrentQueue<string> _called = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    // With fast handlers, deliveries wait in memory. A slow handler among them must not keep the waiting ones after the stop.
    [Fact(Timeout = Limit)]
    public async Task Stop_DeliveriesWaitingInMemory_AreReleased()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 3; i++)
            await host.PostAsync($"{i}");
        await host.WaitForAsync(WebSoInboxState.Handled, 3);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await host.PostAsync("3");
        await host.WaitForAsync(WebSoInboxState.Handled, 4);

        await host.PostAsync("slow");
        await _begun.Task;
        await host.PostAsync("4");
        await host.PostAsync("5");
        await host.WaitForAsync(WebSoInboxState.Handling, 3);
        var stop = host.Worker.StopAsync(Token);
        var released = await host.WaitForAsync(WebSoInboxState.Pending, 2);

        released.Select(entry => (entry.DocumentId, entry.Attempts)).Should().Equal(("5", 0), ("4", 0));
        _mayEnd.SetResult();
        await stop;
        await host.WaitForAsync(WebSoInboxState.Handled, 5);
        _called.Should().BeEquivalentTo("0", "1", "2", "3", "slow");
    }

    // The COMMIT was in progress when the stop began.
    [Fact(Timeout = Limit)]
    public async Task Start_LeaseAfterTheStop_IsReleased()
    {
        await using var host = await StartAsync();
        var lease = await ClaimAsync(host);
        await host.Worker.StopAsync(Token);

        host.Worker.Start(lease, TimeProvider.System.GetTimestamp());

        var released = (await host.WaitForAsync(WebSoInboxState.Pending))[0];
        (released.DocumentId, released.Attempts).Should().Be((lease.DocumentId, 0));
        _called.Should().NotContain(lease.DocumentId);
    }

    // The claim returned so late that another process may hold the lease.
    [Fact(Timeout = Limit)]
    public async Task Start_LeaseGrantedLongAgo_IsReleased()
    {
        var logger = new TestLog();
        await using var host = await StartAsync(logger);
        var lease = await ClaimAsync(host);
        var askedAt = _time.GetTimestamp();
        _time.Advance(host.Engine.LeaseDuration / 3 * 2);
        TakeAllAsAnother();

        host.Worker.Start(lease, askedAt);

        await logger.WaitForAsync("LeaseLost", Token);
        _called.Should().NotContain(lease.DocumentId);
    }

    // The lease was lost while it waited for a slot.
    [Fact(Timeout = Limit)]
    public async Task Handle_LeaseLostWhileWaiting_CallsNoHandler()
    {
        var logger = new TestLog();
        await using var host = await StartAsync(logger, Timeout.InfiniteTimeSpan);
        var lease = await ClaimAsync(host);
        host.Worker.CancelReservation();
        await host.PostAsync("slow");
        await _begun.Task;
        host.Worker.Start(lease, _time.GetTimestamp());
        TakeAllAsAnother();
        for (var i = 0; i < 16; i++)
        {
            _time.Advance(host.Engine.LeaseDuration / 24);
            await Task.Delay(10, Token);
            await host.Engine.ProbeAsync(Token);
        }

        _mayEnd.SetResult();

        while (logger.Messages("LeaseLost").Count < 2)
            await Task.Delay(10, Token);
        _called.Should().NotContain(lease.DocumentId);
    }

    // Deliveries that were stored earlier come first.
    [Fact(Timeout = Limit)]
    public async Task TryReserve_WithABacklog_ReturnsFalse()
    {
        var logger = new TestLog();
        await using var host = await StartAsync(logger);
        await ReserveAsync(host);
        host.Worker.CancelReservation();
        using (var other = new SqliteConnection($"Data Source={_folder.File()};Pooling=false"))
        {
            other.Open();
            Execute(other, "BEGIN IMMEDIATE");
            host.Worker.Wake();
            await logger.WaitForAsync("WriteFailed", Token);

            // The claim waits for the locked file.
            host.Worker.Wake();
            host.Worker.TryReserve().Should().BeFalse();
            Execute(other, "COMMIT");
        }

        await ReserveAsync(host);
        host.Worker.CancelReservation();
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_HandlerIgnoresItsToken_ReleasesTheSlotAndHoldsTheDocument()
    {
        var logger = new TestLog();
        await using var host = await StartAsync(logger);
        await host.PostAsync("slow");
        await _begun.Task;
        await host.PostAsync("slow", 2);
        await host.PostAsync("1");

        while (!_called.Contains("1"))
        {
            _time.Advance(TimeSpan.FromMilliseconds(1250));
            await Task.Delay(10, Token);
        }

        (await logger.WaitForAsync("HandlerStuck", Token)).Should().Contain("slow");
        host.Worker.StuckHandlers.Should().Be(1);
        _called.Should().Equal("slow", "1");
        _mayEnd.SetResult();
        while (host.Worker.StuckHandlers > 0)
            await Task.Delay(10, Token);
    }

    // One slot, which 'slow' occupies until it may complete.
    private Task<WorkerHost> StartAsync(TestLog? logger = null, TimeSpan? handlerTimeout = null) => WorkerHost.StartAsync(
        _folder.File(),
        endpoint =>
        {
            endpoint.Services.Configure<WebSoEventsOptions>(options => options.HandlerTimeout = handlerTimeout ?? TimeSpan.FromSeconds(2));
            endpoint.AddHandler<UserFinishEvent>("a", async (e, _, _) =>
            {
                _called.Enqueue(e.DocumentId);
                if (e.DocumentId != "slow")
                    return;
                _begun.TrySetResult();
                await _mayEnd.Task;
            });
        },
        options => options.MaxConcurrency = 1,
        _time,
        logger);

    // Creates a lease for which the worker has reserved a slot. The first claim may be the one that the worker makes at its start.
    private static async Task<Lease> ClaimAsync(WorkerHost host)
    {
        await ReserveAsync(host);
        for (var i = 1; ; i++)
        {
            await host.PostAsync($"{i}");
            if ((await host.Engine.ClaimAsync("", 1, Token)).Leases is [var lease])
                return lease;
        }
    }

    private void TakeAllAsAnother()
    {
        using var other = new SqliteConnection($"Data Source={_folder.File()};Pooling=false");
        other.Open();
        Execute(other, "UPDATE webso_pending SET token = token + 2, due_at = 4000000000000000");
    }

    private static async Task ReserveAsync(WorkerHost host)
    {
        while (!host.Worker.TryReserve())
            await Task.Delay(5, Token);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
