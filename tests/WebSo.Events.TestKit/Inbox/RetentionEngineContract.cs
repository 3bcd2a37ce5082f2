using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>What is removed, and what stays.</summary>
public abstract class RetentionEngineContract : EngineContract
{
    [Fact]
    public async Task Purge_RemovesWhatHasEndedLongEnough_InBatches()
    {
        for (var i = 0; i < 5; i++)
            await AppendAsync(Delivery("1"));
        for (var i = 0; i < 4; i++)
            await HandledAsync(await ClaimOneAsync());
        Time.Advance(TimeSpan.FromDays(7));
        await HandledAsync(await ClaimOneAsync());
        Time.Advance(TimeSpan.FromSeconds(1));

        var purge = () => Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 3, Token);

        (await purge()).Should().Be(3);
        (await purge()).Should().Be(1);
        (await purge()).Should().Be(0);
        (await CountAllAsync()).Should().Be(1);
        await CheckInvariantsAsync();
    }

    // The end of its first run is old; the replay is not handled yet.
    [Fact]
    public async Task Purge_OfADeliveryThatIsReplayed_LeavesIt()
    {
        var id = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        await PassAsync(TimeSpan.FromMinutes(10));
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });

        (await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromMinutes(1), 100, Token)).Should().Be(0);

        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
        await CheckInvariantsAsync();
    }

    // The key outlives the delivery: a late retry is no new event.
    [Fact]
    public async Task Purge_OfADeliveryWhoseWindowIsOpen_LeavesItsKey()
    {
        var id = await AppendAsync(Delivery(key: "a", window: TimeSpan.FromDays(1)));
        await HandledAsync(await ClaimOneAsync());
        await PassAsync(TimeSpan.FromMinutes(2));

        (await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromMinutes(1), 100, Token)).Should().Be(1);

        var retry = await Engine.AppendAsync(Delivery(key: "a"), Token);
        (retry.IsDuplicate, retry.DeliveryId).Should().Be((true, id));
        (await ClaimAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Purge_LeavesOtherStatesAndEndpoints()
    {
        await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up");
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1", state: WebSoInboxState.Unhandled));
        await AppendAsync(Delivery("1", endpoint: "b"));
        Time.Advance(TimeSpan.FromDays(30));

        (await Engine.PurgeAsync("b", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token)).Should().Be(0);
        (await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token)).Should().Be(1);
        (await CountAllAsync()).Should().Be(4);
    }

    // A number that was given is not given again: a key or a mark of before must not meet another delivery.
    [Fact]
    public async Task Purge_OfAll_DoesNotBeginTheNumbersAnew()
    {
        await AppendAsync(Delivery("1"));
        var before = await ClaimOneAsync();
        await HandledAsync(before);
        Time.Advance(TimeSpan.FromDays(8));
        await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);

        await AppendAsync(Delivery("1"));

        (await ClaimOneAsync()).Sequence.Should().BeGreaterThan(before.Sequence);
    }
}
