using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Steps of the clock.</summary>
public abstract class ClockEngineContract : EngineContract
{
    [Fact]
    public async Task ClockStepsBack_RetryWrittenInTheFuture_IsDue()
    {
        await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromSeconds(4));

        StepBack(TimeSpan.FromHours(1));
        await Engine.ProbeAsync(Token);

        (await ClaimOneAsync()).Context.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task ClockStepsBack_DeliveryStoredInTheFuture_IsDue()
    {
        await AppendAsync(Delivery("1"));

        StepBack(TimeSpan.FromHours(1));
        await Engine.ProbeAsync(Token);

        (await ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task ClockStepsBack_RunningLease_LastsOneLeaseDuration()
    {
        var other = await OpenAnotherAsync();
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();

        StepBack(TimeSpan.FromHours(1));
        await Engine.ProbeAsync(Token);

        (await ClaimAsync(other)).Should().BeEmpty("its handler may be running");
        await PassLeaseAsync();
        (await ClaimAsync(other)).Should().ContainSingle();
    }

    [Fact]
    public async Task ClockStepsForward_RunningLease_LastsOneLeaseDuration()
    {
        var other = await OpenAnotherAsync();
        await AppendAsync(Delivery("1"));
        await AppendAsync(other, Delivery("2", endpoint: "b"));
        var lease = await ClaimOneAsync();

        Time.AdjustTime(Time.GetUtcNow() + TimeSpan.FromHours(1));
        await Engine.ProbeAsync(Token);

        (await ClaimAsync(other)).Should().BeEmpty("its handler may be running");
        (await HandledAsync(lease)).Should().BeTrue();
    }

    // Heartbeats do not depend on calls, so time without calls counts for the duplicate window.
    [Fact(Timeout = 60_000)]
    public async Task Receive_NoCalls_WritesHeartbeats()
    {
        var first = await AppendAsync(Delivery(key: "a"));

        await IdleAsync(Window + TimeSpan.FromSeconds(20));

        (await AppendAsync(Delivery(key: "a"))).Should().NotBe(first);
    }

    [Fact]
    public async Task ClockStepsBack_HeldDeadLetter_StaysHeld()
    {
        await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", holdsDocument: true);

        StepBack(TimeSpan.FromHours(1));
        await Engine.ProbeAsync(Token);

        (await ClaimAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task ClockStepsBack_HandlerWithoutReceiver_RetryIsDue()
    {
        await StoreByAReceiverThatStopsAsync();
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromSeconds(4));

        StepBack(TimeSpan.FromHours(1));

        (await ClaimOneAsync()).Context.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task ClockStepsBack_HandlerStartedAfterwards_StoredDeliveryIsDue()
    {
        var receiver = await OpenAnotherAsync();
        await AppendAsync(receiver, Delivery("1"));
        await CloseAsync(receiver);

        StepBack(TimeSpan.FromHours(1));
        Engine.WatchClock("");

        (await ClaimAsync()).Should().ContainSingle();
        Log.Messages("ClockSteppedBack").Should().ContainSingle();
        await ClaimAsync();
        Log.Messages("ClockSteppedBack").Should().ContainSingle("the next transactions know the time of this one");
    }

    // Otherwise its own claim would take the lease from its own handler.
    [Fact]
    public async Task ClockStepsForward_HandlerWithoutReceiver_KeepsItsLease()
    {
        await StoreByAReceiverThatStopsAsync();
        var lease = await ClaimOneAsync();

        Time.AdjustTime(Time.GetUtcNow() + TimeSpan.FromHours(1));

        (await ClaimAsync()).Should().BeEmpty("its handler may be running");
        (await HandledAsync(lease)).Should().BeTrue();
    }

    [Fact]
    public async Task DuplicateWindow_OnlyAHandlerRan_DoesNotCount()
    {
        var receiver = await OpenAnotherAsync();
        var first = await AppendAsync(receiver, Delivery(key: "a"));
        await CloseAsync(receiver);
        Engine.WatchClock("");

        for (var i = 0; i < 30; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(20));
            await HandleAllAsync();
        }

        var result = await (await OpenAnotherAsync()).AppendAsync(Delivery(key: "a"), Token);
        result.Should().Be(new AppendResult(first, 2, IsDuplicate: true));
    }

    private async Task StoreByAReceiverThatStopsAsync()
    {
        var receiver = await OpenAnotherAsync();
        await AppendAsync(receiver, Delivery("1"));
        await CloseAsync(receiver);
        Engine.WatchClock("");
    }

    private void StepBack(TimeSpan step) => Time.AdjustTime(Time.GetUtcNow() - step);
}
