using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Which deliveries are removed after their retention.</summary>
public abstract class RetentionEngineContract : EngineContract
{
    [Fact]
    public async Task Purge_RetentionEnded_RemovesInBatches()
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

    // The first run ended long ago, but the replay is not handled yet.
    [Fact]
    public async Task Purge_ReplayedDelivery_IsKept()
    {
        var id = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        await PassAsync(TimeSpan.FromMinutes(10));
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });

        (await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromMinutes(1), 100, Token)).Should().Be(0);

        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
        await CheckInvariantsAsync();
    }

    // The key is kept longer than the delivery, so that a late retry is not a new event.
    [Fact]
    public async Task Purge_DuplicateWindowIsOpen_KeepsTheKey()
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
    public async Task Purge_OtherStatesAndEndpoints_AreKept()
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

    // Sequences are never reused, so that an old lease update or key can't match another delivery.
    [Fact]
    public async Task Purge_AllDeliveries_DoesNotReuseSequences()
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
