using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// Errors outside the handlers do not stop the worker.
public sealed class WorkerTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly Channel<WebSoEvent> _calls = Channel.CreateUnbounded<WebSoEvent>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Claim_UnexpectedException_IsLoggedAndRetried()
    {
        await using var host = await StartAsync(wrap: dialect => new ThrowingDialect(dialect, nameof(InboxDialect.OpenReader)));

        await host.Log.WaitForAsync("ClaimFailed", Token);
        await host.PostAsync(Finish("1"));

        (await _calls.Reader.ReadAsync(Token)).DocumentId.Should().Be("1");
        host.Log.Messages("ClaimFailed").Should().ContainSingle();
        await host.WaitForAsync(WebSoInboxState.Handled);
    }

    [Fact(Timeout = Limit)]
    public async Task Purge_UnexpectedException_IsLoggedAndTheHostStops()
    {
        await using var host = await StartAsync(wrap: dialect => new ThrowingDialect(dialect, nameof(InboxDialect.ReleaseSpace)));

        await host.Log.WaitForAsync("PurgeFailed", Token);

        await host.StopAsync();
    }

    // The lease is not renewed, so the event is handled again after the lease ends.
    [Fact(Timeout = Limit)]
    public async Task Handle_DatabaseRejectsTheResult_LogsAndHandlesAgain()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await StartAsync(time);
        TestFile.Execute(_folder.File(), "CREATE TRIGGER flaw BEFORE DELETE ON webso_pending BEGIN SELECT abs(-9223372036854775808); END");

        await host.PostAsync(Finish("1"));
        await host.Log.WaitForAsync("MarkFailed", Token);
        TestFile.Execute(_folder.File(), "DROP TRIGGER flaw");
        await host.PostAsync(Finish("2"));
        await host.WaitForAsync(WebSoInboxState.Handled);
        while ((await host.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.Handled) < 2)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        var documents = new List<string>();
        while (_calls.Reader.TryRead(out var e))
            documents.Add(e.DocumentId);
        documents.Should().Equal("1", "2", "1");
    }

    // Listeners of metrics and spans are application code, so they can throw.
    [Fact(Timeout = Limit)]
    public async Task Receive_DiagnosticListenersThrow_AnswersAndHandlesAsUsual()
    {
        using var meters = new MeterListener
        {
            // Excludes the instruments of the runtime, which also count exceptions.
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == WebSoEventsDiagnostics.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("a flaw of the meter's listener"));
        meters.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("a flaw of the meter's listener"));
        var failures = 2;
        await using var host = await InboxHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<WebSoEvent>("a", (e, _, _) => --failures >= 0 ? throw new InvalidOperationException("broken") : default),
            options => options.RetryDelay = TimeSpan.FromMilliseconds(1));
        var source = host.Services.GetRequiredService<DiagnosticSources>().ActivitySource;
        using var spans = new ActivityListener
        {
            ShouldListenTo = listened => listened == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => throw new InvalidOperationException("a flaw of the span's listener"),
            ActivityStopped = _ => throw new InvalidOperationException("a flaw of the span's listener"),
        };
        ActivitySource.AddActivityListener(spans);
        meters.Start();

        var outcomes = new List<ReceiveOutcome>();
        foreach (var body in new[] { Finish("1"), Finish("1"), "no event" })
            outcomes.Add((await host.PostAsync(body)).Outcome);

        outcomes.Should().Equal(ReceiveOutcome.Stored, ReceiveOutcome.Duplicate, ReceiveOutcome.MalformedKept);
        (await host.WaitForAsync(WebSoInboxState.Handled)).Attempts.Should().Be(3);
    }

    // Exception.Message can be overridden and can throw. If the slot was not released, it would be lost until the process ends.
    [Fact(Timeout = Limit)]
    public async Task Handle_ExceptionWhoseMessageThrows_IsRetriedAndReleasesItsSlot()
    {
        await using var host = await InboxHost.StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<WebSoEvent>("a", (e, context, _) => context.Attempt < 3 ? throw new UnreadableException() : default),
            options => (options.MaxConcurrency, options.RetryDelay, options.MaxRetryDelay, options.PollInterval) =
                (1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10)));

        await host.PostAsync(Finish("1"));
        await host.PostAsync(Finish("2"));

        while ((await host.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.Handled) < 2)
            await Task.Delay(5, Token);
        (await host.WaitForAsync(WebSoInboxState.Handled)).Attempts.Should().Be(3);
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new FormatException("a flaw of the exception");

        public override string? StackTrace => throw new FormatException("a flaw of the exception");
    }

    private Task<InboxHost> StartAsync(TimeProvider? time = null, Func<InboxDialect, InboxDialect>? wrap = null) => InboxHost.StartAsync(
        _folder.File(),
        endpoint => endpoint.AddHandler<WebSoEvent>("a", (e, _, _) =>
        {
            _calls.Writer.TryWrite(e);
            return default;
        }),
        options => (options.MaxConcurrency, options.RetryDelay, options.PollInterval) = (1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10)),
        time,
        wrap: wrap);
}
