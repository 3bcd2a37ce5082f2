using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// A worker when other parts fail: leases that can't be renewed, loggers and listeners that throw.
public sealed class DeliveryWorkerFailureTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _canceled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Handle_LongHandler_KeepsItsLease()
    {
        await using var host = await WorkerHost.StartAsync(_folder.File(), Waiting(), time: _time);
        var id = (await host.PostAsync("1")).DeliveryId;
        await _begun.Task;

        for (var i = 0; i < 40; i++)
            await AdvanceAsync(host);

        _canceled.Task.IsCompleted.Should().BeFalse();
        (await host.Engine.Reader.GetAsync(id, Token))!.Entry.State.Should().Be(WebSoInboxState.Handling);
        _mayEnd.SetResult();
        (await host.WaitForAsync(WebSoInboxState.Handled))[0].Attempts.Should().Be(1);
    }

    // Another process has taken the lease, and the handler does not know it yet.
    [Fact(Timeout = Limit)]
    public async Task Handle_LeaseTakenByAnotherProcess_CancelsTheHandlerAndChangesNothing()
    {
        var logger = new TestLog();
        await using var host = await WorkerHost.StartAsync(_folder.File(), Waiting(), time: _time, logger: logger);
        await host.PostAsync("1");
        await _begun.Task;
        Execute("UPDATE webso_pending SET token = token + 2");
        var begin = _time.GetUtcNow();

        while (!_canceled.Task.IsCompleted)
            await AdvanceAsync(host);

        (_time.GetUtcNow() - begin).Should().BeLessThan(TimeSpan.FromSeconds(18), "the first renewal fails");

        await logger.WaitForAsync("LeaseLost", Token);
        (await host.Engine.ListAsync(new WebSoInboxFilter(), 10, null, Token)).Entries.Should().ContainSingle().Which.State.Should().NotBe(WebSoInboxState.Handled);
    }

    // The handler is canceled after two thirds of the lease, before another process can claim the delivery. All loggers throw.
    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handle_FileLockedForLong_CancelsTheHandlerAndContinues(bool throws)
    {
        var logger = new TestLog { RefusesAll = throws };
        await using var host = await WorkerHost.StartAsync(_folder.File(), Waiting(), time: _time, logger: logger);
        await host.PostAsync("1");
        await _begun.Task;
        var begin = _time.GetUtcNow();
        using (var other = new SqliteConnection($"Data Source={_folder.File()};Pooling=false"))
        {
            other.Open();
            Execute(other, "BEGIN IMMEDIATE");
            while (!_canceled.Task.IsCompleted)
                await StepAsync();
            (_time.GetUtcNow() - begin).Should().BeLessThan(TimeSpan.FromSeconds(30), "the lease has ended");
            await logger.WaitForAsync("RenewFailed", Token);
            await logger.WaitForAsync("WriteFailed", Token);
            Execute(other, "COMMIT");
        }

        _mayEnd.SetResult();
        await host.PostAsync("2");
        await ReachAsync(host, WebSoInboxState.Handled, 2);
        (logger.Thrown > 0).Should().Be(throws);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_LoggerThrows_ResultsAreTheSame()
    {
        var logger = new TestLog { RefusesAll = true };
        await using var host = await WorkerHost.StartAsync(_folder.File(), Failing(), Fast, logger: logger);

        await PostAllAsync(host);

        logger.Thrown.Should().BeGreaterThan(2);
        foreach (var name in new[] { "Retry", "DeadLetter", "UnreadableRow" })
            logger.Messages(name).Should().NotBeEmpty();
    }

    [Theory(Timeout = Limit)]
    [InlineData("sample")]
    [InlineData("started")]
    [InlineData("stopped")]
    [InlineData("metric")]
    public async Task Handle_DiagnosticListenerThrows_ResultsAreTheSameAndSlotsAreReleased(string member)
    {
        var thrown = 0;
        await using var host = await WorkerHost.StartAsync(_folder.File(), Failing(), Fast);
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source == host.Diagnostics.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => Throw("sample") ? default : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => Throw("started"),
            ActivityStopped = _ => Throw("stopped"),
        };
        ActivitySource.AddActivityListener(activities);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == host.Diagnostics.Meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, _, _, _) => Throw("metric"));
        meters.SetMeasurementEventCallback<double>((_, _, _, _) => Throw("metric"));
        meters.Start();

        await PostAllAsync(host);

        thrown.Should().BePositive();

        bool Throw(string asked)
        {
            if (asked != member)
                return false;
            Interlocked.Increment(ref thrown);
            throw new InvalidOperationException("A listener failed.");
        }
    }

    // One unreadable delivery, one rejected, one that fails once, and many that succeed, on one slot.
    private async Task PostAllAsync(WorkerHost host)
    {
        await host.Engine.PauseAsync(null, Token);
        await host.PostAsync("damaged");
        Execute("UPDATE webso_deliveries SET context = '{' WHERE document = 'damaged'");
        await host.Engine.ResumeAsync(null, Token);
        await host.PostAsync("rejected", 1);
        await host.PostAsync("retried", 2);
        for (var i = 0; i < 10; i++)
            await host.PostAsync($"{i}", 3);

        var handled = await host.WaitForAsync(WebSoInboxState.Handled, 11);
        handled.Should().HaveCount(11).And.OnlyContain(entry => entry.Attempts == (entry.DocumentId == "retried" ? 2 : 1));
        (await host.WaitForAsync(WebSoInboxState.DeadLetter, 2)).Should().HaveCount(2);
    }

    private static void Fast(WebSoInboxOptions options) => (options.MaxConcurrency, options.RetryDelay) = (1, TimeSpan.FromMilliseconds(1));

    private static Action<IWebSoEventsBuilder> Failing() => endpoint => endpoint.AddHandler<UserFinishEvent>("a", (e, context, _) =>
        Convert.ToInt32(e.FieldsSigned, CultureInfo.InvariantCulture) switch
        {
            1 => throw new WebSoEventRejectedException("never"),
            2 when context.Attempt == 1 => throw new InvalidOperationException("once"),
            _ => default,
        });

    private Action<IWebSoEventsBuilder> Waiting() => endpoint => endpoint.AddHandler<UserFinishEvent>("a", async (_, _, cancellationToken) =>
    {
        _begun.TrySetResult();
        try
        {
            await _mayEnd.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _canceled.TrySetResult();
            throw;
        }
    });

    // Advances the time in small steps, so that each loop gets its turn.
    private async Task StepAsync()
    {
        _time.Advance(TimeSpan.FromMilliseconds(1250));
        await Task.Delay(10, Token);
    }

    private async Task AdvanceAsync(WorkerHost host)
    {
        await StepAsync();
        await host.Engine.ProbeAsync(Token);
    }

    private async Task ReachAsync(WorkerHost host, WebSoInboxState state, int count)
    {
        while ((await host.Engine.ListAsync(new WebSoInboxFilter { State = state }, 100, null, Token)).Entries.Count < count)
            await StepAsync();
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File()};Pooling=false");
        connection.Open();
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
