using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static WebSo.Events.Inbox.Sqlite.Tests.InboxHost;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What goes wrong around the handling does not end it.
public sealed class WorkerTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly Channel<WebSoEvent> _calls = Channel.CreateUnbounded<WebSoEvent>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task LockFileThatCannotBeOpened_IsLogged_AndHandlingBeginsWhenItCan()
    {
        Directory.CreateDirectory(_folder.File("events.db-lock"));
        await using var host = await StartAsync(null);

        (await host.PostAsync(Finish("1"))).StatusCode.Should().Be(200);
        await host.Log.WaitForAsync("ClaimFailed", Token);
        Directory.Delete(_folder.File("events.db-lock"));

        (await _calls.Reader.ReadAsync(Token)).DocumentId.Should().Be("1");
    }

    [Fact(Timeout = Limit)]
    public async Task StoreThatThrowsTheUnexpectedAtAClaim_IsLogged_AndAskedAgain()
    {
        await using var host = await StartAsync(nameof(IWebSoInboxStore.ClaimAsync));

        await host.PostAsync(Finish("1"));

        (await _calls.Reader.ReadAsync(Token)).DocumentId.Should().Be("1");
        host.Log.Of("ClaimFailed").Should().ContainSingle();
        await host.WaitForAsync(WebSoInboxState.Handled);
    }

    [Fact(Timeout = Limit)]
    public async Task StoreThatThrowsTheUnexpectedAtThePurge_IsLogged_AndTheHostStopsWell()
    {
        await using var host = await StartAsync(nameof(IWebSoInboxStore.PurgeAsync));

        await host.Log.WaitForAsync("PurgeFailed", Token);

        await host.StopAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task StoreThatThrowsTheUnexpectedAtAMark_TheEventIsRetried_AndItsSlotIsFreeAgain()
    {
        await using var host = await StartAsync(nameof(IWebSoInboxStore.FinishAsync));

        await host.PostAsync(Finish("1"));

        (await host.WaitForAsync(WebSoInboxState.Handled)).Attempts.Should().Be(2);
        host.Log.Of("Retry").Should().ContainSingle();
    }

    private Task<InboxHost> StartAsync(string? faultyMethod) => InboxHost.StartAsync(
        _folder.File(),
        endpoint => endpoint.AddHandler<WebSoEvent>("a", (e, _, _) =>
        {
            _calls.Writer.TryWrite(e);
            return default;
        }),
        options => (options.MaxConcurrency, options.RetryDelay) = (1, TimeSpan.FromMilliseconds(1)),
        faultyMethod: faultyMethod);
}
