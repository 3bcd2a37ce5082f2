using FluentAssertions;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>What is removed, and what stays.</summary>
public abstract class RetentionContract : InboxStoreContract
{
    [Fact]
    public async Task Purge_RemovesWhatIsSettledLongEnough_InBatches()
    {
        for (var i = 0; i < 5; i++)
            await Store.AppendAsync(Delivery("1"));
        for (var i = 0; i < 4; i++)
            await Store.HandledAsync(await Store.ClaimOneAsync());
        Time.Advance(TimeSpan.FromDays(7));
        await Store.HandledAsync(await Store.ClaimOneAsync());

        var purge = () => Store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 3, Token).AsTask();

        (await purge()).Should().Be(3);
        (await purge()).Should().Be(1);
        (await purge()).Should().Be(0);
        (await Store.CountAsync(null, Token)).Values.Sum().Should().Be(1);
    }

    [Fact]
    public async Task Purge_LeavesWhatIsStillRepeated_SoThatTheNextCallIsNoNewEvent()
    {
        var id = await Store.AppendAsync(Delivery(key: "a"));
        await Store.HandledAsync(await Store.ClaimOneAsync());
        for (var i = 0; i < 8; i++)
        {
            Time.Advance(TimeSpan.FromHours(23));
            await Store.AppendAsync(Delivery(key: "a"), Token);
        }

        var whileRepeated = await Store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);
        var next = await Store.AppendAsync(Delivery(key: "a"), Token);
        Time.Advance(TimeSpan.FromDays(7));
        var after = await Store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);

        whileRepeated.Should().Be(0);
        next.DeliveryId.Should().Be(id);
        after.Should().Be(1);
    }

    [Fact]
    public async Task Purge_LeavesOtherStatesAndEndpoints()
    {
        await Store.AppendAsync(Delivery("1"));
        await Store.HandledAsync(await Store.ClaimOneAsync());
        await Store.AppendAsync(Delivery("1"));
        await Store.FinishAsync(await Store.ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", Token);
        await Store.AppendAsync(Delivery("1"));
        await Store.AppendAsync(Delivery("1", state: WebSoInboxState.Unhandled));
        await Store.AppendAsync(Delivery("1", endpoint: "b"));
        Time.Advance(TimeSpan.FromDays(30));

        (await Store.PurgeAsync("b", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token)).Should().Be(0);
        (await Store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token)).Should().Be(1);
        (await Store.CountAsync(null, Token)).Values.Sum().Should().Be(4);
    }

    [Fact]
    public async Task TrimUnhandled_AboveTheCount_RemovesTheOldestOfThisStateAndEndpoint()
    {
        await Store.AppendAsync(Delivery("1"));
        await Store.AppendAsync(Delivery("1", endpoint: "b", state: WebSoInboxState.Unhandled));
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
            ids.Add(await Store.AppendAsync(Delivery("1", state: WebSoInboxState.Unhandled)));

        var within = await Store.TrimUnhandledAsync("", 5, long.MaxValue, Token);
        var removed = await Store.TrimUnhandledAsync("", 3, long.MaxValue, Token);
        var again = await Store.TrimUnhandledAsync("", 3, long.MaxValue, Token);

        (within, removed, again).Should().Be((0, 2, 0));
        (await UnhandledAsync("")).Should().Equal(ids[4], ids[3], ids[2]);
        (await UnhandledAsync("b")).Should().ContainSingle();
        (await Store.ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task TrimUnhandled_AboveTheBytes_RemovesTheOldest()
    {
        await Store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled, body: "small"));
        await Store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled, body: new string('x', 60)));
        var last = await Store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled, body: new string('x', 60)));

        var removed = await Store.TrimUnhandledAsync("", 100, 119, Token);

        removed.Should().Be(2, "what is older than one that has no room has none either");
        (await UnhandledAsync("")).Should().Equal(last);
    }

    [Fact]
    public async Task TrimUnhandled_ToNothing_RemovesAll_HoweverMany()
    {
        await Task.WhenAll(Enumerable.Range(0, 1100).Select(_ => Store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled))));

        (await Store.TrimUnhandledAsync("", 0, long.MaxValue, Token)).Should().Be(1100);

        (await Store.CountAsync(null, Token)).Should().BeEmpty();
    }

    [Fact]
    public async Task TrimUnhandled_AtOnceInTwoStores_RemovesNoMoreThanOneWould()
    {
        var other = await OpenAnotherAsync();
        for (var i = 0; i < 40; i++)
            await Store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled));

        var removed = await Task.WhenAll(
            Task.Run(async () => await Store.TrimUnhandledAsync("", 25, long.MaxValue, Token)),
            Task.Run(async () => await other.TrimUnhandledAsync("", 25, long.MaxValue, Token)));

        removed.Sum().Should().Be(15);
        (await UnhandledAsync("")).Should().HaveCount(25);
    }

    private async Task<List<Guid>> UnhandledAsync(string endpoint)
    {
        var page = await Store.ListAsync(new WebSoInboxFilter { EndpointName = endpoint, State = WebSoInboxState.Unhandled }, 100, null, Token);
        return [.. page.Entries.Select(entry => entry.DeliveryId)];
    }
}
