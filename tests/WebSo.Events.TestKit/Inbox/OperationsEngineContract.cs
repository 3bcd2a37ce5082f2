using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Backlog, counts, probe and pause.</summary>
public abstract class OperationsEngineContract : EngineContract
{
    [Fact]
    public async Task BacklogAndCounts_AllStates_AreCorrect()
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
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Unhandled, 10, Token)).Should().Be((1, 2));
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Pending, 10, Token)).Should().Be((3, 0));
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Unhandled, 0, Token)).Should().Be((0, 0));
    }

    [Fact]
    public async Task Probe_OpenEngine_StoresNothing()
    {
        await Engine.ProbeAsync(Token);
        await FillAsync();
        await Engine.ProbeAsync(Token);

        (await CountAllAsync()).Should().Be(8);
    }

    [Fact]
    public async Task Probe_ClosedEngine_Throws()
    {
        var closed = await OpenAnotherAsync();
        await closed.DisposeAsync();

        var probe = () => closed.ProbeAsync(Token);

        await probe.Should().ThrowAsync<WebSoInboxStoreException>();
    }

    [Fact]
    public async Task Backlog_EmptyInbox_HasNoAge() => (await Engine.Reader.GetBacklogAsync(null, Token)).OldestAge.Should().BeNull();

    [Fact]
    public async Task Pause_SeveralProcesses_StopsHandlingAndStillStores()
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
    public async Task Pause_EndpointWithoutDeliveries_IsKept()
    {
        await Engine.PauseAsync("new", Token);

        await AppendAsync(Delivery("1", endpoint: "new"));

        (await ClaimAsync(endpoint: "new")).Should().BeEmpty();
    }
}
