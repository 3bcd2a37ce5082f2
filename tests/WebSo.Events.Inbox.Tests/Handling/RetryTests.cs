using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// A retry delay that a handler requests.
public sealed class RetryTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Handle_RetryException_RetriesAfterItsDelay()
    {
        await using var host = await StartAsync(TimeSpan.FromMinutes(10));
        var begin = _time.GetUtcNow();

        await host.PostAsync(Finish("1"));
        var first = await WaitForAttemptAsync(host, 1);
        _time.Advance(TimeSpan.FromMinutes(10));
        var second = await WaitForAttemptAsync(host, 2);

        first.NextAttemptAt.Should().Be(begin + TimeSpan.FromMinutes(10));
        first.LastError.Should().Contain("WebSoEventRetryException");
        second.NextAttemptAt.Should().Be(begin + TimeSpan.FromMinutes(20));
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_RetryExceptionBeyondMaxRetryDuration_RetriesALastTimeAtItsEnd()
    {
        await using var host = await StartAsync(TimeSpan.MaxValue);
        var begin = _time.GetUtcNow();

        await host.PostAsync(Finish("1"));
        var first = await WaitForAttemptAsync(host, 1);
        _time.Advance(TimeSpan.FromHours(1));
        var dead = await host.WaitForAsync(WebSoInboxState.DeadLetter);

        first.NextAttemptAt.Should().Be(begin + TimeSpan.FromHours(1));
        dead.Attempts.Should().Be(2);
    }

    private Task<InboxHost> StartAsync(TimeSpan delay) => InboxHost.StartAsync(
        _folder.File(),
        endpoint => endpoint.AddHandler<WebSoEvent>("a", (_, _, _) => throw new WebSoEventRetryException(delay)),
        options => options.MaxRetryDuration = TimeSpan.FromHours(1),
        _time);

    private static async Task<WebSoInboxEntry> WaitForAttemptAsync(InboxHost host, int attempt)
    {
        while (true)
        {
            var entry = await host.WaitForAsync(WebSoInboxState.Pending);
            if (entry.Attempts == attempt)
                return entry;
        }
    }
}
