using FluentAssertions;
using WebSo.Events.Engine;
using Xunit;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>What an operator and a monitor ask, and a pause.</summary>
public abstract class OperationsEngineContract : EngineContract
{
    [Fact]
    public async Task Backlog_AndCounts_TellWhatIsThere()
    {
        await FillAsync();
        Time.Advance(TimeSpan.FromSeconds(20));

        var backlog = await Engine.Reader.GetBacklogAsync("", Token);
        var all = await Engine.Reader.GetBacklogAsync(null, Token);
        var counts = await Engine.Reader.CountAsync("", Token);

        backlog.Should().BeEquivalentTo(
            new { Pending = 2L, Handling = 1L, DeadLetters = 1L, OldestAge = TimeSpan.FromSeconds(20), PausedEndpoints = Array.Empty<string>() });
        all.Pending.Should().Be(3);
        counts.Should().BeEquivalentTo(new Dictionary<WebSoInboxState, long>
        {
            [WebSoInboxState.Pending] = 2,
            [WebSoInboxState.Handling] = 1,
            [WebSoInboxState.DeadLetter] = 1,
            [WebSoInboxState.Handled] = 1,
            [WebSoInboxState.Unhandled] = 1,
            [WebSoInboxState.Malformed] = 1,
        });
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Unhandled, Token)).Should().Be((1, 2));
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Pending, Token)).Should().Be((3, 6));
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Pending, Token, maxCount: 2)).Should().Be((2, 4));
    }

    [Fact]
    public async Task Probe_LeavesNothing()
    {
        await Engine.ProbeAsync(Token);
        await FillAsync();
        await Engine.ProbeAsync(Token);

        (await CountAllAsync()).Should().Be(8);
    }

    [Fact]
    public async Task Probe_OfAClosedEngine_SaysSo()
    {
        var closed = await OpenAnotherAsync();
        await closed.DisposeAsync();

        var probe = () => closed.ProbeAsync(Token);

        await probe.Should().ThrowAsync<WebSoInboxUnavailableException>();
    }

    [Fact]
    public async Task Backlog_OfAnEmptyInbox_HasNoAge() => (await Engine.Reader.GetBacklogAsync(null, Token)).OldestAge.Should().BeNull();

    [Fact]
    public async Task Pause_HoldsOverProcesses_AndCallsAreStillStored()
    {
        var other = await OpenAnotherAsync();
        await other.PauseAsync("", Token);
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1", endpoint: "b"));

        var paused = await ClaimAsync();
        var elsewhere = await ClaimAsync(endpoint: "b");
        var backlog = await Engine.Reader.GetBacklogAsync(null, Token);
        await Engine.ResumeAsync("", Token);

        paused.Should().BeEmpty();
        elsewhere.Should().ContainSingle();
        backlog.PausedEndpoints.Should().Equal("");
        (await ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Pause_OfAnEndpointThatHasStoredNothingYet_Holds()
    {
        await Engine.PauseAsync("new", Token);

        await AppendAsync(Delivery("1", endpoint: "new"));

        (await ClaimAsync(endpoint: "new")).Should().BeEmpty();
    }

    [Theory]
    [InlineData(WebSoInboxState.Pending)]
    [InlineData(WebSoInboxState.Unhandled)]
    [InlineData(WebSoInboxState.Malformed)]
    public async Task HasRoom_UntilTheBoundIsReached_OfThatStateAndEndpointOnly(WebSoInboxState state)
    {
        var bound = new StateBound(MaxCount: 3, MaxBytes: 1000);
        await AppendAsync(Delivery("1", state: state));

        var answers = new List<bool>();
        for (var i = 0; i < 3; i++)
            answers.Add(await Engine.HasRoomAsync("", state, bound, 2, Token));

        answers.Should().Equal(true, true, false);
        (await Engine.HasRoomAsync("b", state, bound, 2, Token)).Should().BeTrue();
        foreach (var other in new[] { WebSoInboxState.Pending, WebSoInboxState.Unhandled, WebSoInboxState.Malformed }.Where(other => other != state))
            (await Engine.HasRoomAsync("", other, bound, 2, Token)).Should().BeTrue();
    }

    [Fact]
    public async Task HasRoom_UntilTheBytesAreReached()
    {
        await AppendAsync(Delivery("1", state: WebSoInboxState.Unhandled, body: new string('x', 60)));
        var bound = new StateBound(MaxCount: 100, MaxBytes: 100);

        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 41, Token)).Should().BeFalse();
        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 40, Token)).Should().BeTrue();
        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 1, Token)).Should().BeFalse();
    }

    // What others store, and what goes, is seen some seconds later.
    [Fact]
    public async Task HasRoom_IsMeasuredAgain()
    {
        var other = await OpenAnotherAsync();
        var bound = new StateBound(MaxCount: 1, MaxBytes: 1000);
        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 2, Token)).Should().BeTrue();
        await PassAsync(TimeSpan.FromSeconds(11));
        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 2, Token)).Should().BeTrue("it was not stored");

        var id = await AppendAsync(other, Delivery("1", state: WebSoInboxState.Unhandled));
        await PassAsync(TimeSpan.FromSeconds(11));
        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 2, Token)).Should().BeFalse();
        await other.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token);
        await PassAsync(TimeSpan.FromSeconds(11));

        (await Engine.HasRoomAsync("", WebSoInboxState.Unhandled, bound, 2, Token)).Should().BeTrue();
    }
}
