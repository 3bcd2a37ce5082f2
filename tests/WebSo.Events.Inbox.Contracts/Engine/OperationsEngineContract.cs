using System.Globalization;
using FluentAssertions;
using WebSo.Events.Engine;
using Xunit;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>What an operator asks and does.</summary>
public abstract class OperationsEngineContract : EngineContract
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

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
        (await Engine.Reader.MeasureAsync("", WebSoInboxState.Pending, Token)).Should().Be((3, 0));
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
    public async Task List_PagesThroughEverything_LastFirst()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++)
            ids.Add(await AppendAsync(Delivery(i.ToString(CultureInfo.InvariantCulture))));

        var listed = new List<Guid>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = await Engine.ListAsync(new WebSoInboxFilter(), 3, cursor, Token);
            listed.AddRange(page.Entries.Select(entry => entry.DeliveryId));
            cursor = page.Next;
            pages++;
        }
        while (cursor is not null);

        listed.Should().Equal(Enumerable.Reverse(ids));
        pages.Should().Be(3);
    }

    [Fact]
    public async Task List_FiltersByEachPart()
    {
        await FillAsync();
        var late = await AppendAsync(Delivery("77", eventName: "RENDER_RETURN", receivedAt: s_noon + TimeSpan.FromHours(1)));

        (await CountAsync(new WebSoInboxFilter())).Should().Be(9);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DocumentId = "77" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { EventName = "RENDER_RETURN" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { EventName = "render_return" })).Should().Be(0);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending })).Should().Be(4);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Handling })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Handled })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DeliveryId = late })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { ReceivedFrom = s_noon + TimeSpan.FromHours(1) })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { ReceivedBefore = s_noon + TimeSpan.FromHours(1) })).Should().Be(8);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b", State = WebSoInboxState.DeadLetter })).Should().Be(0);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b", State = WebSoInboxState.Pending, EventName = "USER_FINISH", DocumentId = "pending" })).Should().Be(1);
    }

    [Fact]
    public async Task List_WithACursorOfNoPage_Throws()
    {
        var list = () => Engine.ListAsync(new WebSoInboxFilter(), 10, "x'; DROP TABLE", Token);

        await list.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Get_GivesAllThatWasStored()
    {
        var delivery = Delivery("27268", body: "{\"x\":1}");
        var id = await AppendAsync(delivery);

        var details = await DetailsAsync(id);

        details.Context.Body.ToArray().Should().Equal(delivery.Context.Body.ToArray());
        details.Context.Should().BeEquivalentTo(delivery.Context, options => options.Excluding(context => context.Body).Excluding(context => context.Attempt));
        details.Entry.Should().BeEquivalentTo(new
        {
            DeliveryId = id,
            EndpointName = "",
            EventName = "USER_FINISH",
            DocumentId = "27268",
            State = WebSoInboxState.Pending,
            ReceivedAt = s_noon,
            ReceiveCount = 1,
            Attempts = 0,
            SettledAt = (DateTimeOffset?)null,
            LastError = (string?)null,
            IsReplay = false,
        });
        (await Engine.Reader.GetAsync(Guid.NewGuid(), Token)).Should().BeNull();
    }

    [Theory]
    [InlineData(WebSoInboxState.Handled)]
    [InlineData(WebSoInboxState.DeadLetter)]
    [InlineData(WebSoInboxState.Unhandled)]
    public async Task Replay_TakesItsOldPlaceBeforeWhatWaits_AndBeginsAnew(WebSoInboxState state)
    {
        var replayed = await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), state, "error");
        var head = await AppendAsync(Delivery("1"));
        var waiting = await AppendAsync(Delivery("1"));

        var count = await ReplayAsync(new WebSoInboxFilter { DeliveryId = replayed });
        var later = await AppendAsync(Delivery("1"));
        await CheckInvariantsAsync();
        var handled = await HandleAllAsync();

        count.Should().Be(1);
        handled.Select(lease => lease.Context.DeliveryId).Should().Equal(replayed, head, waiting, later);
        handled.Select(lease => lease.Context.IsReplay).Should().Equal(true, false, false, false);
        (handled[0].Context.Attempt, handled[0].Age, handled[0].Run).Should().Be((1, TimeSpan.Zero, 2));
        (await DetailsAsync(replayed)).Outcomes.Select(outcome => (outcome.Run, outcome.State)).Should().Equal((1, state), (2, WebSoInboxState.Handled));
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Replay_WhileTheDocumentIsHandled_WaitsForThatAndPrecedesTheOthers()
    {
        var replayed = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        var running = await AppendAsync(Delivery("1"));
        var waiting = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();

        (await ReplayAsync(new WebSoInboxFilter { DeliveryId = replayed })).Should().Be(1);
        (await ClaimAsync()).Should().BeEmpty();
        (await HandledAsync(lease)).Should().BeTrue();
        await CheckInvariantsAsync();

        lease.Context.DeliveryId.Should().Be(running);
        (await HandleAllAsync()).Select(next => next.Context.DeliveryId).Should().Equal(replayed, waiting);
    }

    [Fact]
    public async Task Replay_BeforeAHeadThatWaitsForItsRetry_PrecedesIt()
    {
        var replayed = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        var failing = await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromHours(1), "broken");

        await ReplayAsync(new WebSoInboxFilter { DeliveryId = replayed });
        await CheckInvariantsAsync();
        var handled = await HandleAllAsync();

        handled.Select(lease => lease.Context.DeliveryId).Should().Equal(replayed, failing);
        handled[1].Context.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task Replay_AtOnceFromTwoProcesses_ReplaysOnce()
    {
        var other = await OpenAnotherAsync();
        for (var i = 0; i < 20; i++)
            await AppendAsync(Delivery("1"));
        await HandleAllAsync();

        var counts = await Task.WhenAll(
            Task.Run(() => ReplayAsync(new WebSoInboxFilter { DocumentId = "1" })),
            Task.Run(() => other.ReplayAsync(new WebSoInboxFilter { DocumentId = "1" }, static _ => null, Token)));

        // One may find those pending that the other has just replayed: to retry them now is no second replay.
        counts.Max().Should().BeGreaterThanOrEqualTo(10);
        await CheckInvariantsAsync();
        (await HandleAllAsync()).Should().HaveCount(20).And.OnlyContain(lease => lease.Run == 2);
    }

    [Fact]
    public async Task Replay_ByTime_TakesWhatWasReceivedThen_InOrder()
    {
        var ids = new List<Guid>();
        for (var hour = 0; hour < 4; hour++)
            ids.Add(await AppendAsync(Delivery("1", receivedAt: s_noon + TimeSpan.FromHours(hour))));
        await HandleAllAsync();

        var count = await ReplayAsync(new WebSoInboxFilter { ReceivedFrom = s_noon + TimeSpan.FromHours(1), ReceivedBefore = s_noon + TimeSpan.FromHours(3) });

        count.Should().Be(2);
        (await HandleAllAsync()).Select(lease => lease.Context.DeliveryId).Should().Equal(ids[1], ids[2]);
    }

    [Fact]
    public async Task Replay_LeavesPendingHandlingUnreadableAndDiscardedAlone()
    {
        await FillAsync();
        await Engine.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter }, Token);
        var before = await Engine.Reader.CountAsync(null, Token);

        var count = await ReplayAsync(new WebSoInboxFilter { ReceivedFrom = s_noon });

        count.Should().Be(2, "one is handled and one unhandled");
        var after = await Engine.Reader.CountAsync(null, Token);
        after[WebSoInboxState.Malformed].Should().Be(before[WebSoInboxState.Malformed]);
        after[WebSoInboxState.Discarded].Should().Be(1);
        after[WebSoInboxState.Handling].Should().Be(1);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Replay_OfAnUnreadableOneThatCanBeReadNow_JoinsItsDocument()
    {
        var unreadable = await AppendAsync(Delivery(state: WebSoInboxState.Malformed));
        var later = await AppendAsync(Delivery("27268"));

        var count = await Engine.ReplayAsync(
            new WebSoInboxFilter { State = WebSoInboxState.Malformed }, static _ => new UserFinishEvent { DocumentId = "27268", UserId = "1", FieldsSigned = 1 }, Token);

        count.Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DocumentId = "27268", EventName = "USER_FINISH" })).Should().Be(2);
        (await HandleAllAsync()).Select(lease => (lease.Context.DeliveryId, lease.DocumentId)).Should().Equal((unreadable, "27268"), (later, "27268"));
    }

    [Fact]
    public async Task Replay_OfAnUnreadableOneThatStillCannotBeRead_LeavesIt()
    {
        await AppendAsync(Delivery(state: WebSoInboxState.Malformed));

        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed })).Should().Be(0);

        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed })).Should().Be(1);
    }

    [Fact]
    public async Task Replay_OfPending_RetriesNow()
    {
        var id = await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromHours(1), "broken");

        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending })).Should().Be(1);

        var lease = await ClaimOneAsync();
        (lease.Context.DeliveryId, lease.Context.Attempt, lease.Context.IsReplay).Should().Be((id, 2, false));
    }

    [Fact]
    public async Task ReplayAndDiscard_WithoutAFilter_Throw()
    {
        var replay = () => ReplayAsync(new WebSoInboxFilter { EndpointName = "" });
        var discard = () => Engine.DiscardAsync(new WebSoInboxFilter(), Token);

        await replay.Should().ThrowAsync<ArgumentException>();
        await discard.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task ReplayAndDiscard_OfMoreThanAPage_TakeAll()
    {
        await Task.WhenAll(Enumerable.Range(0, 1100).Select(i => AppendAsync(Delivery($"{i % 7}"))));

        (await Engine.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending }, Token)).Should().Be(1100);
        (await ClaimAsync()).Should().BeEmpty();
        await CheckInvariantsAsync();
        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Discarded })).Should().Be(1100);

        await CheckInvariantsAsync();
        (await ClaimAsync()).Should().HaveCount(7);
    }

    [Fact]
    public async Task Discard_OfAHeadThatFails_LetsTheNextGoOn()
    {
        var head = await AppendAsync(Delivery("1"));
        var next = await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromHours(1), "broken");

        var count = await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = head }, Token);

        count.Should().Be(1);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(next);
        var entry = await EntryAsync(head);
        (entry.State, entry.LastError, entry.Attempts).Should().Be((WebSoInboxState.Discarded, "broken", 1));
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Discard_OfOneThatIsBeingHandledOrHandled_DoesNothing()
    {
        var id = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(0);
        await HandledAsync(lease);

        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(0);
    }

    // Of a process that has died: its lease is over, and nobody has taken it.
    [Fact]
    public async Task Discard_OfAnAbandonedOne_TakesIt_AndItsMarkChangesNothing()
    {
        var id = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        await PassLeaseAsync();

        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(1);

        (await HandledAsync(lease)).Should().BeFalse();
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Discarded);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Erase_RemovesAllOfTheDocument_AndLeavesWhatIsBeingHandled()
    {
        await AppendAsync(Delivery("1", endpoint: "b"));
        var handled = await AppendAsync(Delivery("1"));
        await CompleteAsync(await ClaimOneAsync(), "a");
        await PassLeaseAsync();
        await HandledAsync(await ClaimOneAsync());
        var running = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));

        (await Engine.EraseAsync("", "1", Token)).Should().Be((2, 1));

        (await Engine.Reader.GetAsync(handled, Token)).Should().BeNull();
        (await ListAsync(new WebSoInboxFilter { EndpointName = "", DocumentId = "1" })).Select(entry => entry.DeliveryId).Should().Equal(running);
        (await HandledAsync(lease)).Should().BeTrue();
        (await Engine.EraseAsync("", "1", Token)).Should().Be((1, 0));
        (await CountAllAsync()).Should().Be(2);
        await CheckInvariantsAsync();
    }

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

    // Beside what is being handled, each document is handled to its end.
    private protected async Task<List<Lease>> HandleAllAsync()
    {
        var handled = new List<Lease>();
        while (await ClaimAsync() is { Count: > 0 } leases)
        {
            foreach (var lease in leases)
            {
                handled.Add(lease);
                (await HandledAsync(lease)).Should().BeTrue();
            }
        }

        return handled;
    }

    // At the default endpoint two pending, one being handled, one dead, handled, unhandled and unreadable each; one pending at 'b'.
    private async Task FillAsync()
    {
        foreach (var document in new[] { "handling", "dead", "handled" })
            await AppendAsync(Delivery(document));
        foreach (var lease in await ClaimAsync())
        {
            if (lease.DocumentId == "dead")
                await FinishAsync(Engine, lease, WebSoInboxState.DeadLetter, "given up");
            if (lease.DocumentId == "handled")
                await HandledAsync(lease);
        }

        await AppendAsync(Delivery("pending"));
        await AppendAsync(Delivery("pending"));
        await AppendAsync(Delivery("unhandled", state: WebSoInboxState.Unhandled));
        await AppendAsync(Delivery(key: "unreadable", state: WebSoInboxState.Malformed));
        await AppendAsync(Delivery("pending", endpoint: "b"));
    }

    private async Task<int> CountAsync(WebSoInboxFilter filter) => (await ListAsync(filter)).Count;
}
