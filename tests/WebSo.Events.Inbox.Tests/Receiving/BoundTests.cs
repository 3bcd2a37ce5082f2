using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// At a bound, new deliveries of that state are refused, no stored delivery is removed, and other states are not affected.
public sealed class BoundTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(WebSoInboxState.Pending, 503)]
    [InlineData(WebSoInboxState.Unhandled, 503)]
    [InlineData(WebSoInboxState.Malformed, 400)]
    public async Task Receive_CountBoundReached_RefusesNewDeliveriesOnly(WebSoInboxState state, int refused)
    {
        await using var host = await StartAsync(options => (options.MaxPendingCount, options.MaxUnhandledCount, options.MaxMalformedCount) = (3, 3, 3));
        await host.Inbox.PauseAsync(Token);

        var statuses = new List<int?>();
        for (var i = 0; i < 5; i++)
            statuses.Add((await host.PostAsync(Body(state, i))).StatusCode);
        var duplicate = await host.PostAsync(Body(state, 0));
        var other = await host.PostAsync(Body(state == WebSoInboxState.Pending ? WebSoInboxState.Unhandled : WebSoInboxState.Pending, 0));

        statuses.Should().Equal(200, 200, 200, refused, refused);
        duplicate.Outcome.Should().Be(ReceiveOutcome.Duplicate);
        other.StatusCode.Should().Be(200);
        (await host.Inbox.CountAsync(Token))[state].Should().Be(3);
        host.Log.Messages(state == WebSoInboxState.Malformed ? "MalformedRefused" : "BoundReached").Should().ContainSingle();
    }

    // The clock stands still, so deliveries are recounted only when the bound seems to be reached.
    [Fact(Timeout = Limit)]
    public async Task Receive_DeliveriesHandledImmediately_AreNeverRefused()
    {
        await using var host = await StartAsync(options => options.MaxPendingCount = 5);

        for (var i = 1; i <= 30; i++)
        {
            (await host.PostAsync(Body(WebSoInboxState.Pending, i))).StatusCode.Should().Be(200);
            while ((await host.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.Handled) < i)
                await Task.Delay(1, Token);
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(WebSoInboxState.Unhandled)]
    [InlineData(WebSoInboxState.Malformed)]
    public async Task Receive_ByteBoundReached_RefusesNewDeliveries(WebSoInboxState state)
    {
        await using var host = await StartAsync(options => (options.MaxUnhandledBytes, options.MaxMalformedBytes) = (1000, 1000));

        var stored = 0;
        while ((await host.PostAsync(Body(state, stored, new string('x', 200)))).StatusCode == 200)
            stored++;

        stored.Should().BeInRange(3, 4);
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_DeliveriesOfAnEarlierProcess_CountTowardsTheBound()
    {
        await using (var host = await StartAsync(_ => { }))
        {
            for (var i = 0; i < 5; i++)
                await host.PostAsync(Body(WebSoInboxState.Unhandled, i));
        }

        await using var later = await StartAsync(options => options.MaxUnhandledCount = 5);

        (await later.PostAsync(Body(WebSoInboxState.Unhandled, 5))).StatusCode.Should().Be(503);
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_AfterDiscard_AcceptsNewDeliveriesWithinSeconds()
    {
        await using var host = await StartAsync(options => options.MaxUnhandledCount = 1);
        await host.PostAsync(Body(WebSoInboxState.Unhandled, 0));
        var refused = await host.PostAsync(Body(WebSoInboxState.Unhandled, 1));

        await host.Inbox.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.Unhandled }, Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        var taken = await host.PostAsync(Body(WebSoInboxState.Unhandled, 1));

        (refused.StatusCode, taken.StatusCode).Should().Be((503, 200));
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_HandledDeliveries_DoNotCountAsPending()
    {
        await using var host = await StartAsync(options => options.MaxPendingCount = 2);

        for (var i = 0; i < 6; i++)
        {
            (await host.PostAsync(Body(WebSoInboxState.Pending, i))).StatusCode.Should().Be(200);
            while ((await host.Inbox.CountAsync(Token)).GetValueOrDefault(WebSoInboxState.Handled) <= i)
                await Task.Delay(5, Token);
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task FindWarnings_AtEightyPercent_ReportsTheBound()
    {
        await using var host = await StartAsync(options => options.MaxUnhandledCount = 5);
        var bounds = host.Services.GetRequiredKeyedService<InboxBounds>("");
        for (var i = 0; i < 3; i++)
            await host.PostAsync(Body(WebSoInboxState.Unhandled, i));
        _time.Advance(TimeSpan.FromSeconds(5));
        var before = await bounds.FindWarningsAsync(Token);

        await host.PostAsync(Body(WebSoInboxState.Unhandled, 3));

        before.Should().BeEmpty();
        (await bounds.FindWarningsAsync(Token)).Should().ContainSingle().Which.Should().Be("unhandled deliveries: 4 of at most 5 (MaxUnhandledCount)");
    }

    private static string Body(WebSoInboxState state, int number, string more = "") => state switch
    {
        WebSoInboxState.Pending => Finish($"{number}"),
        WebSoInboxState.Unhandled => $$"""{"event":"MADE_UP_{{number}}","document_id":"{{number}}","more":"{{more}}"}""",
        _ => $"no event {number} {more}",
    };

    private Task<InboxHost> StartAsync(Action<WebSoInboxOptions> configure) =>
        InboxHost.StartAsync(_folder.File(), endpoint => endpoint.AddHandler<UserFinishEvent>("a", (_, _, _) => default), configure, _time);
}
