using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// OnDeadLetter after a disk error.
public sealed class DamagedDeadLetterTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Channel<WebSoInboxDetails> _calls = Channel.CreateUnbounded<WebSoInboxDetails>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DamagedBody_GetsTheBodyError()
    {
        await StoreDeadLettersAsync(20_000);
        TestFile.DamageBodies(_folder.File());

        await using var host = await StartAsync(isCalled: true);

        var calls = new[] { await NextAsync(), await NextAsync(), await NextAsync() };
        calls.Select(call => call.Entry.DocumentId).Should().Equal("first", "second", "third");
        calls.Should().OnlyContain(call => call.BodyError != null && call.Context.Body.Length == 0);
        host.Log.Messages("OnDeadLetterFailed").Should().BeEmpty();
    }

    // The damage leaves the delivery ID readable.
    [Fact(Timeout = Limit)]
    public async Task OnDeadLetter_DamagedRow_IsCalledForTheOthers()
    {
        await StoreDeadLettersAsync(3000);
        TestFile.DamageRows(_folder.File(), "\"document_id\":\"second\"");

        await using var host = await StartAsync(isCalled: true);

        (await NextAsync()).Entry.DocumentId.Should().Be("first");
        (await NextAsync()).Entry.DocumentId.Should().Be("third");
        host.Log.Messages("OnDeadLetterFailed").Should().ContainSingle().Which.Should().Contain("delivery number 2");
    }

    // Places each delivery on its own page.
    private async Task StoreDeadLettersAsync(int length)
    {
        await using var host = await StartAsync(isCalled: false);
        foreach (var document in new[] { "first", "second", "third" })
            await host.PostAsync($$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"1","x":"{{new string('x', length)}}"}""");
        while ((await host.Inbox.GetBacklogAsync(Token)).DeadLetters < 3)
            await Task.Delay(5, Token);
    }

    private Task<InboxHost> StartAsync(bool isCalled) => InboxHost.StartAsync(
        _folder.File(),
        endpoint =>
        {
            endpoint.AddHandler<UserFinishEvent>("u", (_, _, _) => throw new WebSoEventRejectedException("not for us"));
            if (isCalled)
                endpoint.OnDeadLetter(RecordAsync);
        },
        timeProvider: _time);

    private ValueTask RecordAsync(WebSoInboxDetails deadLetter, IServiceProvider services, CancellationToken cancellationToken) => _calls.Writer.WriteAsync(deadLetter, cancellationToken);

    private async Task<WebSoInboxDetails> NextAsync() => await _calls.Reader.ReadAsync(Token);
}
