using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestApp;

namespace WebSo.Events.Inbox.Tests;

public sealed class HealthTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private FaultyDialect _dialect = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Check_EmptyInbox_IsHealthy()
    {
        await using var app = await StartWithHealthAsync();

        var entry = await CheckAsync(app);

        entry.Status.Should().Be(HealthStatus.Healthy);
        entry.Tags.Should().Equal("ready");
        entry.Data.Keys.Should().BeEquivalentTo("pending", "handling", "oldestAgeSeconds", "deadLetters", "heldDocuments", "stuckHandlers");
    }

    [Theory(Timeout = Limit)]
    [InlineData(0, HealthStatus.Degraded)]
    [InlineData(1, HealthStatus.Healthy)]
    public async Task Check_DeadLettersAboveTheThreshold_IsDegraded(long most, HealthStatus expected)
    {
        await using var app = await StartWithHealthAsync(options => options.HealthMaxDeadLetters = most);
        await app.PostAsync(Finish("rejected"));
        await app.WaitForAsync(WebSoInboxState.DeadLetter);

        var entry = await CheckAsync(app);

        entry.Status.Should().Be(expected);
        if (expected != HealthStatus.Healthy)
            entry.Description.Should().Contain("dead letters: 1 ");
    }

    [Theory(Timeout = Limit)]
    [InlineData(0, HealthStatus.Degraded)]
    [InlineData(1, HealthStatus.Healthy)]
    public async Task Check_HeldDocumentsAboveTheThreshold_IsDegraded(int most, HealthStatus expected)
    {
        await using var app = await StartWithHealthAsync(
            options => (options.HealthMaxDeadLetters, options.HealthMaxHeldDocuments) = (10, most), holdDocument: true);
        await app.PostAsync(Finish("rejected"));
        await app.WaitForAsync(WebSoInboxState.DeadLetter);

        var entry = await CheckAsync(app);

        entry.Status.Should().Be(expected);
        entry.Data["heldDocuments"].Should().Be(1L);
        if (expected != HealthStatus.Healthy)
            entry.Description.Should().Contain("documents held by a dead letter: 1");
    }

    [Theory(Timeout = Limit)]
    [InlineData(3, HealthStatus.Healthy)]
    [InlineData(4, HealthStatus.Degraded)]
    public async Task Check_BoundNearlyReached_IsDegraded(int stored, HealthStatus expected)
    {
        await using var app = await StartWithHealthAsync();
        for (var i = 0; i < stored; i++)
            await app.PostAsync($$"""{"event":"MADE_UP_{{i}}","document_id":"1"}""");

        var entry = await CheckAsync(app);

        entry.Status.Should().Be(expected, entry.Description);
        if (expected != HealthStatus.Healthy)
            entry.Description.Should().Contain("unhandled deliveries: 4 of at most 5 (MaxUnhandledCount)");
    }

    [Fact(Timeout = Limit)]
    public async Task Check_DiskNearlyFull_IsUnhealthyWithTheCause()
    {
        await using var app = await StartWithHealthAsync();
        _dialect.Shortage = "The disk has 3 MiB free.";

        var entry = await CheckAsync(app);

        (entry.Status, entry.Description).Should().Be((HealthStatus.Unhealthy, "The disk has 3 MiB free."));
    }

    [Theory(Timeout = Limit)]
    [InlineData(900, HealthStatus.Healthy)]
    [InlineData(901, HealthStatus.Degraded)]
    public async Task Check_OldBacklog_IsDegraded(int age, HealthStatus expected)
    {
        await using var app = await StartWithHealthAsync();
        await app.Inbox.PauseAsync(Token);
        await app.PostAsync(Finish("1"));
        _time.Advance(TimeSpan.FromSeconds(age));

        var entry = await CheckAsync(app);

        entry.Status.Should().Be(expected);
        if (expected != HealthStatus.Healthy)
            entry.Description.Should().Contain("00:15:01: handling is paused");
    }

    [Theory(Timeout = Limit)]
    [InlineData(0, HealthStatus.Degraded)]
    [InlineData(1, HealthStatus.Healthy)]
    public async Task Check_StuckHandlersAboveTheThreshold_IsDegraded(int most, HealthStatus expected)
    {
        var (started, stuck) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await StartWithHealthAsync(options => options.HealthMaxStuckHandlers = most, () =>
        {
            started.SetResult();
            return new ValueTask(stuck.Task);
        });
        using var telemetry = new Telemetry(app.Services);
        await app.PostAsync(Finish("1"));
        await started.Task;
        _time.Advance(TimeSpan.FromSeconds(6));

        var held = await CheckAsync(app);
        var gauge = telemetry.Collect()["webso.inbox.stuck_handlers"];
        stuck.SetResult();
        await app.WaitForAsync(WebSoInboxState.Handled);
        await telemetry.WaitForAsync("handle", 1, Token);

        held.Status.Should().Be(expected);
        held.Data["stuckHandlers"].Should().Be(1L);
        gauge.Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Check_StoreRejectsWrites_IsUnhealthyWithTheCause()
    {
        await using var app = await StartWithHealthAsync();
        _dialect.WriteFailure = new WebSoInboxStoreException("Too many operations wait.");

        var entry = await CheckAsync(app);

        (entry.Status, entry.Description).Should().Be((HealthStatus.Unhealthy, "Too many operations wait."));
    }

    [Fact(Timeout = Limit)]
    public async Task Check_FileLocked_IsUnhealthyAfterHealthTimeoutUntilReleased()
    {
        await using var app = await StartWithHealthAsync(options => options.HealthTimeout = TimeSpan.FromSeconds(1), realTime: true);
        using var locked = new SqliteConnection($"Data Source={_folder.File()};Pooling=False");
        await locked.OpenAsync(Token);
        using var begin = locked.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync(Token);

        var whileLocked = await CheckAsync(app);
        begin.CommandText = "ROLLBACK";
        await begin.ExecuteNonQueryAsync(Token);
        await app.PostAsync(Finish("1"));
        var afterwards = await CheckAsync(app);

        (whileLocked.Status, whileLocked.Description).Should().Be(
            (HealthStatus.Unhealthy, "The store of the inbox could not be written and read within 00:00:01. The log contains the cause."));
        afterwards.Status.Should().Be(HealthStatus.Healthy, afterwards.Description);
    }

    [Fact(Timeout = Limit)]
    public async Task Check_ProcessIsStopping_IsUnhealthyAndCallsAreStillStored()
    {
        var stuck = new TaskCompletionSource();
        await using var app = await StartWithHealthAsync(handler: () => new ValueTask(stuck.Task));
        await app.PostAsync(Finish("1"));
        await app.WaitForAsync(WebSoInboxState.Handling);

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var ready = await app.GetAsync("/health/ready");
        var live = await app.GetAsync("/health/live");
        var stored = await app.PostAsync(Finish("2"));
        stuck.SetResult();

        (ready, live, stored).Should().Be((503, 200, 200));
    }

    [Fact(Timeout = Limit)]
    public async Task Check_GuardsOfAnEarlierConfiguration_IsUnhealthyUntilCorrected()
    {
        await using var app = await StartWithHealthAsync();
        var configuration = (IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>();
        configuration["WebSoEvents:RequiredHeaders:X-Key"] = "secret";
        configuration.Reload();
        var before = (await CheckAsync(app)).Status;

        configuration["WebSoEvents:AllowedNetworks"] = "10.0.0.1/8";
        configuration.Reload();
        var kept = await CheckAsync(app);
        configuration["WebSoEvents:AllowedNetworks"] = "10.0.0.0/8";
        configuration.Reload();
        var corrected = (await CheckAsync(app)).Status;

        (before, kept.Status, corrected).Should().Be((HealthStatus.Healthy, HealthStatus.Unhealthy, HealthStatus.Healthy));
        kept.Description.Should().Contain("GuardsKept").And.NotContain("10.0.0.1");
    }

    [Fact(Timeout = Limit)]
    public async Task Check_FailureStatusIsSet_ReportsItInsteadOfUnhealthy()
    {
        await using var app = await StartWithHealthAsync(failureStatus: HealthStatus.Degraded);
        _dialect.WriteFailure = new WebSoInboxStoreException("Too many operations wait.");

        (await CheckAsync(app)).Status.Should().Be(HealthStatus.Degraded);
    }

    private static async Task<HealthReportEntry> CheckAsync(TestApp app) =>
        (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries["webso_inbox"];

    private Task<TestApp> StartWithHealthAsync(
        Action<WebSoInboxOptions>? configure = null,
        Func<ValueTask>? handler = null,
        HealthStatus? failureStatus = null,
        bool realTime = false,
        bool holdDocument = false) => StartAsync(
        endpoint =>
        {
            var services = endpoint.Services;
            services.AddSingleton(realTime ? TimeProvider.System : _time);
            endpoint.AddHandler<UserFinishEvent>("h", (e, _, _) => handler?.Invoke() ?? (e.DocumentId == "rejected" ? throw new WebSoEventRejectedException() : default));
            _dialect = new FaultyDialect(_folder.File());
            services.AddSingleton(_ => new InboxEngine(_dialect, realTime ? TimeProvider.System : _time, NullLogger.Instance));
            endpoint.UseInbox(provider => provider.GetRequiredService<InboxEngine>(), inbox =>
            {
                inbox.HoldDocumentAfterDeadLetter = holdDocument;
                inbox.MaxUnhandledCount = 5;
                configure?.Invoke(inbox);
            });
            services.AddHealthChecks().AddWebSoInbox(failureStatus: failureStatus);
        },
        options => options.HandlerTimeout = TimeSpan.FromMilliseconds(50),
        app =>
        {
            app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
            app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        });
}
