using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// Two versions of an application use one file. The one that handles lacks a handler that the other has.
public sealed class RollingUpdateTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly Channel<WebSoEventContext> _calls = Channel.CreateUnbounded<WebSoEventContext>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task RollingUpdate_OnlyTheNewVersionHasAHandler_EventWaits()
    {
        await using var old = await InboxHost.StartAsync(_folder.File(), AddOther, Impatient);
        await old.Inbox.PauseAsync(Token);
        await using (var first = await InboxHost.StartAsync(_folder.File(), AddHandler, Impatient))
            await first.PostAsync(Finish("1"));

        await old.Inbox.ResumeAsync(Token);
        await old.Log.WaitForAsync("NoHandler", Token);
        await using var current = await InboxHost.StartAsync(_folder.File(), AddHandler, Impatient);
        await old.StopAsync();
        await old.DisposeAsync();
        var context = await _calls.Reader.ReadAsync(Token);

        context.Attempt.Should().BeGreaterThan(1);
        (await current.Inbox.CountAsync(Token)).Should().NotContainKey(WebSoInboxState.Unhandled);
        old.Log.Messages("NoHandler").Should().ContainSingle();
    }

    [Fact(Timeout = Limit)]
    public async Task RollingUpdate_NoVersionHasAHandler_EventIsUnhandledAfterAnHour()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using (var old = await InboxHost.StartAsync(_folder.File(), AddHandler, timeProvider: time))
        {
            await old.Inbox.PauseAsync(Token);
            await old.PostAsync(Finish("1"));
        }

        await using var current = await InboxHost.StartAsync(_folder.File(), AddOther, timeProvider: time);
        await current.Inbox.ResumeAsync(Token);
        await current.PostAsync("""{"event":"RENDER_RETURN","status":"success","document_id":"1"}""");
        await current.Log.WaitForAsync("NoHandler", Token);
        while ((await current.Inbox.ListAsync(new WebSoInboxFilter { EventName = "USER_FINISH" }, 1, cancellationToken: Token)).Entries[0].LastError is null)
            await Task.Yield();
        var before = await current.Inbox.CountAsync(Token);
        time.Advance(TimeSpan.FromHours(1));

        before.Should().BeEquivalentTo(new Dictionary<WebSoInboxState, long> { [WebSoInboxState.Pending] = 2 });
        (await current.WaitForAsync(WebSoInboxState.Unhandled)).EventName.Should().Be("USER_FINISH");
        (await current.WaitForAsync(WebSoInboxState.Handled)).EventName.Should().Be("RENDER_RETURN");
    }

    private static void AddOther(IWebSoEventsBuilder endpoint) => endpoint.AddHandler<RenderReturnEvent>("other", (_, _, _) => default);

    private void AddHandler(IWebSoEventsBuilder endpoint) => endpoint.AddHandler<UserFinishEvent>("a", (_, context, _) =>
    {
        _calls.Writer.TryWrite(context);
        return default;
    });

    private static void Impatient(WebSoInboxOptions options) =>
        (options.RetryDelay, options.MaxRetryDelay, options.PollInterval) = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(10));
}
