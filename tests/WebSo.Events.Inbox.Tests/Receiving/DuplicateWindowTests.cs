using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// The default duplicate window, and the warning about many duplicates.
public sealed class DuplicateWindowTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Receive_TwentyDuplicates_LogsOneWarning()
    {
        await using var host = await StartAsync(null);

        for (var i = 0; i < 19; i++)
            await host.PostAsync(Finish("1"));
        var before = host.Log.Messages("ManyDuplicates");
        for (var i = 0; i < 5; i++)
            await host.PostAsync(Finish("1"));

        before.Should().BeEmpty();
        host.Log.Messages("ManyDuplicates").Should().ContainSingle().Which.Should().Contain("20 times");
    }

    [Theory(Timeout = Limit)]
    [InlineData(null, 60)]
    [InlineData(10, 60)]
    [InlineData(100, 300)]
    public async Task DuplicateWindow_Default_IsThreeTimesTheRetryDelayWithinLimits(int? retryDelay, int window)
    {
        await using var host = await StartAsync(retryDelay);
        await host.PostAsync(Finish("1"));

        await PassAsync(host, window - 1);
        var within = await host.PostAsync(Finish("1"));
        await PassAsync(host, window + 1);
        var after = await host.PostAsync(Finish("1"));

        within.Outcome.Should().Be(ReceiveOutcome.Duplicate);
        after.Outcome.Should().Be(ReceiveOutcome.Stored);
    }

    [Theory]
    [InlineData(36_000)]
    [InlineData(1_000_000_000)]
    public void DuplicateWindow_DefaultForALongRetryDelay_IsOneDay(int retryDelay) =>
        WebSoInboxOptions.DefaultDuplicateWindow(TimeSpan.FromSeconds(retryDelay)).Should().Be(TimeSpan.FromHours(24));

    // The receiver keeps running, because time without a heartbeat does not count.
    private async Task PassAsync(InboxHost host, int seconds)
    {
        var engine = host.Services.GetRequiredKeyedService<InboxEndpoint>("").Engine;
        for (var left = seconds; left > 0; left -= 20)
        {
            _time.Advance(TimeSpan.FromSeconds(Math.Min(20, left)));
            await engine.ProbeAsync(TestContext.Current.CancellationToken);
        }
    }

    private Task<InboxHost> StartAsync(int? retryDelay) => InboxHost.StartAsync(
        _folder.File(),
        endpoint => endpoint.AddHandler<WebSoEvent>("a", (_, _, _) => default),
        timeProvider: _time,
        configureEndpoint: options => options.ServerRetryDelay = retryDelay is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
