using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Which calls are duplicates.</summary>
public abstract class DuplicateEngineContract : EngineContract
{
    [Fact]
    public async Task Append_SixteenConcurrentlyOnTwoEngines_StoresOne()
    {
        var other = await OpenAnotherAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => (i % 2 == 0 ? Engine : other).AppendAsync(Delivery(key: "a"), Token))));

        results.Where(result => !result.IsDuplicate).Should().ContainSingle();
        results.Select(result => result.DeliveryId).Distinct().Should().ContainSingle();
        results.Select(result => result.ReceiveCount).Order().Should().Equal(Enumerable.Range(1, 16));
        (await EntryAsync(results[0].DeliveryId)).ReceiveCount.Should().Be(16);
        (await CountAllAsync()).Should().Be(1);
    }

    [Fact]
    public async Task DuplicateWindow_CallWithinIt_IsADuplicate()
    {
        var first = await Engine.AppendAsync(Delivery(key: "a"), Token);
        await PassAsync(Window - TimeSpan.FromSeconds(1));
        var second = await Engine.AppendAsync(Delivery(key: "a"), Token);
        await PassAsync(Window - TimeSpan.FromSeconds(1));
        var third = await Engine.AppendAsync(Delivery(key: "a", receivedAt: Time.GetUtcNow()), Token);
        await PassAsync(Window + TimeSpan.FromSeconds(1));
        var fourth = await Engine.AppendAsync(Delivery(key: "a"), Token);

        (second.IsDuplicate, second.DeliveryId).Should().Be((true, first.DeliveryId));
        (third.IsDuplicate, third.DeliveryId, third.ReceiveCount).Should().Be((true, first.DeliveryId, 3));
        fourth.IsDuplicate.Should().BeFalse();
        fourth.DeliveryId.Should().NotBe(first.DeliveryId);
    }

    [Fact]
    public async Task Duplicate_Received_UpdatesCountAndTime()
    {
        var id = await AppendAsync(Delivery(key: "a"));
        await PassAsync(TimeSpan.FromSeconds(10));
        await Engine.AppendAsync(Delivery(key: "a", receivedAt: Time.GetUtcNow()), Token);

        var entry = await EntryAsync(id);

        entry.ReceiveCount.Should().Be(2);
        entry.LastReceivedAt.Should().Be(Time.GetUtcNow());
    }

    [Fact]
    public async Task Append_OtherKeyOrNoKey_IsNoDuplicate()
    {
        foreach (var key in new[] { "a", "b", null, null })
            await AppendAsync(Delivery(key: key));
    }

    // The window counts only time in which a receiver runs, so retries that found no receiver are still recognized.
    [Fact]
    public async Task DuplicateWindow_NoReceiverRan_DoesNotCount()
    {
        var first = await Engine.AppendAsync(Delivery(key: "a"), Token);
        await PassAsync(TimeSpan.FromSeconds(20));
        await CloseAsync(Engine);
        Time.Advance(TimeSpan.FromHours(5));
        var restarted = await OpenAnotherAsync();

        var retry = await restarted.AppendAsync(Delivery(key: "a"), Token);

        (retry.IsDuplicate, retry.DeliveryId).Should().Be((true, first.DeliveryId));
    }

    [Fact]
    public async Task DuplicateWindow_AnotherReceiverRan_Counts()
    {
        var other = await OpenAnotherAsync();
        await AppendAsync(other, Delivery(key: "b"));
        await AppendAsync(Delivery(key: "a"));
        await CloseAsync(Engine);
        await PassAsync(TimeSpan.FromMinutes(2));
        var restarted = await OpenAnotherAsync();

        await AppendAsync(restarted, Delivery(key: "a"));
    }

    [Fact]
    public async Task DuplicateWindow_DowntimeOverSevenDays_CountsTheRest()
    {
        await AppendAsync(Delivery(key: "a"));
        await CloseAsync(Engine);
        Time.Advance(TimeSpan.FromDays(8));
        var restarted = await OpenAnotherAsync();

        await AppendAsync(restarted, Delivery(key: "a"));
    }

    [Fact]
    public async Task DuplicateWindow_ClockStepsForwardAndBack_StoresNewEvents()
    {
        await AppendAsync(Delivery("other", key: "b"));
        Time.Advance(TimeSpan.FromHours(1));
        var ahead = await AppendAsync(Delivery("1", key: "a"));
        Time.AdjustTime(Time.GetUtcNow() - TimeSpan.FromHours(1));
        await PassAsync(Window + TimeSpan.FromSeconds(1));

        var later = await Engine.AppendAsync(Delivery("1", key: "a"), Token);

        later.DeliveryId.Should().NotBe(ahead, "the duplicate window has ended by any clock");
    }

    [Fact]
    public async Task Duplicate_OfADeadLetter_IsCountedAndNotHandled()
    {
        var id = await AppendAsync(Delivery(key: "a"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up");

        await Engine.AppendAsync(Delivery(key: "a"), Token);

        var entry = await EntryAsync(id);
        (entry.State, entry.ReceiveCount).Should().Be((WebSoInboxState.DeadLetter, 2));
        (await ClaimAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Duplicate_OfAnErasedDelivery_IsADuplicate()
    {
        var id = await AppendAsync(Delivery("1", key: "a"));
        await Engine.EraseAsync(null, "1", Token);

        var again = await Engine.AppendAsync(Delivery("1", key: "a"), Token);

        (again.IsDuplicate, again.DeliveryId).Should().Be((true, id));
        (await CountAllAsync()).Should().Be(0);
    }

    [Fact]
    public async Task PurgeDuplicates_OpenAndRecentWindows_KeepsThem()
    {
        var id = await AppendAsync(Delivery(key: "a"));
        await AppendAsync(Delivery(key: "over", window: TimeSpan.FromDays(-6)));
        await AppendAsync(Delivery(key: "long over", window: TimeSpan.FromDays(-8)));
        await Engine.AppendAsync(Delivery(key: "a"), Token);

        (await Engine.PurgeDuplicatesAsync(100, Token)).Should().Be(1);

        (await EntryAsync(id)).ReceiveCount.Should().Be(2);
        (await Engine.PurgeDuplicatesAsync(100, Token)).Should().Be(0);
    }
}
