using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestApp;

namespace WebSo.Events.Inbox.Tests;

public sealed class GaugeTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private FaultyDialect _dialect = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Gauges_SeveralEndpoints_ReportEachBacklog()
    {
        await using var app = await StartWithStoreAsync();
        using var telemetry = new Telemetry(app.Services);
        await app.PostAsync(Finish("dead"));
        await app.WaitForAsync(WebSoInboxState.DeadLetter);
        await app.Inbox.PauseAsync(Token);
        await app.PostAsync(Finish("waits"));
        await app.PostAsync(Finish("waits too"));
        _time.Advance(TimeSpan.FromSeconds(90));

        telemetry.Collect().Should().BeEquivalentTo(new Dictionary<string, double>
        {
            ["webso.inbox.pending"] = 2,
            ["webso.inbox.oldest.age"] = 90,
            ["webso.inbox.dead_letters"] = 1,
            ["webso.inbox.held_documents"] = 0,
            ["webso.inbox.stuck_handlers"] = 0,
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Gauges_CollectedTwiceWithinSeconds_ReadTheStoreOnce()
    {
        await using var app = await StartWithStoreAsync();
        using var telemetry = new Telemetry(app.Services);

        for (var i = 0; i < 20; i++)
            telemetry.Collect().Should().HaveCount(5);
        _dialect.Reads.Should().Be(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        telemetry.Collect();

        _dialect.Reads.Should().Be(2);
    }

    [Fact(Timeout = Limit)]
    public async Task Gauges_StoreFails_AreOmittedWithoutAnException()
    {
        await using var app = await StartWithStoreAsync();
        using var telemetry = new Telemetry(app.Services);
        _dialect.OnRead = () => throw new InvalidOperationException("a flaw of the store");

        telemetry.Collect().Keys.Should().Equal("webso.inbox.stuck_handlers");
        _dialect.OnRead = null;
        _time.Advance(TimeSpan.FromSeconds(5));

        telemetry.Collect().Should().HaveCount(5);
    }

    [Fact(Timeout = Limit)]
    public async Task Gauges_StoreHangs_DelayTheCollectionByOneSecond()
    {
        await using var app = await StartWithStoreAsync();
        using var telemetry = new Telemetry(app.Services);
        using var hanging = new ManualResetEventSlim();
        _dialect.OnRead = () => hanging.Wait(Token);

        telemetry.Collect().Keys.Should().Equal("webso.inbox.stuck_handlers");

        _dialect.Reads.Should().Be(1);
        hanging.Set();
    }

    private Task<TestApp> StartWithStoreAsync() => StartAsync(endpoint =>
    {
        endpoint.Services.AddSingleton<TimeProvider>(_time);
        endpoint.AddHandler<WebSoEvent>("h", (_, _, _) => throw new WebSoEventRejectedException("never"));
        _dialect = new FaultyDialect(_folder.File());
        endpoint.Services.AddSingleton(_ => new InboxEngine(_dialect, _time, NullLogger.Instance));

        // Stops the worker, so that only the gauges read the store.
        endpoint.UseInbox(services => services.GetRequiredService<InboxEngine>(), options => options.PollInterval = TimeSpan.FromMinutes(1));
    });
}
