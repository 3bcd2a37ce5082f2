using System.Globalization;
using FluentAssertions;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>What an operator asks and does.</summary>
public abstract class OperationsContract : InboxStoreContract
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Backlog_AndCounts_TellWhatIsThere()
    {
        await FillAsync();
        Time.Advance(TimeSpan.FromMinutes(5));

        var backlog = await Store.GetBacklogAsync("", Token);
        var all = await Store.GetBacklogAsync(null, Token);
        var counts = await Store.CountAsync("", Token);

        backlog.Should().BeEquivalentTo(
            new { Pending = 2L, Handling = 1L, DeadLetters = 1L, OldestAge = TimeSpan.FromMinutes(5), PausedEndpoints = Array.Empty<string>() });
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
    }

    [Fact]
    public async Task Probe_OfAStoreThatCanBeWritten_Returns_AndLeavesNothing()
    {
        await Store.ProbeAsync(Token);
        await FillAsync();
        await Store.ProbeAsync(Token);

        (await Store.CountAsync(null, Token)).Values.Sum().Should().Be(8);
    }

    [Fact]
    public async Task Probe_OfAClosedStore_SaysSo()
    {
        var closed = await OpenAnotherAsync();
        await closed.DisposeAsync();

        var probe = async () => await closed.ProbeAsync(Token);

        await probe.Should().ThrowAsync<WebSoInboxUnavailableException>();
    }

    [Fact]
    public async Task Backlog_OfAnEmptyInbox_HasNoAge() => (await Store.GetBacklogAsync(null, Token)).OldestAge.Should().BeNull();

    [Fact]
    public async Task List_PagesThroughEverything_LastFirst()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++)
            ids.Add(await Store.AppendAsync(Delivery(i.ToString(CultureInfo.InvariantCulture))));

        var listed = new List<Guid>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = await Store.ListAsync(new WebSoInboxFilter(), 3, cursor, Token);
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
        var late = await Store.AppendAsync(Delivery("77", eventName: "RENDER_RETURN", receivedAt: s_noon + TimeSpan.FromHours(1)));

        (await CountAsync(new WebSoInboxFilter())).Should().Be(9);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DocumentId = "77" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { EventName = "RENDER_RETURN" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { EventName = "render_return" })).Should().Be(0);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending })).Should().Be(4);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DeliveryId = late })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { ReceivedFrom = s_noon + TimeSpan.FromHours(1) })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { ReceivedBefore = s_noon + TimeSpan.FromHours(1) })).Should().Be(8);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b", State = WebSoInboxState.DeadLetter })).Should().Be(0);
    }

    [Fact]
    public async Task List_WithACursorOfNoPage_Throws()
    {
        var list = async () => await Store.ListAsync(new WebSoInboxFilter(), 10, "x'; DROP TABLE", Token);

        await list.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Get_GivesAllThatWasStored()
    {
        var delivery = Delivery("27268", body: "{\"x\":1}");
        var id = await Store.AppendAsync(delivery);

        var details = (await Store.GetAsync(id, Token))!;

        details.Context.Body.ToArray().Should().Equal(delivery.Context.Body.ToArray());
        details.Context.Should().BeEquivalentTo(
            delivery.Context,
            options => options.Excluding(context => context.Body).Excluding(context => context.Attempt));
        details.Entry.Should().BeEquivalentTo(new
        {
            DeliveryId = id,
            EndpointName = "",
            EventName = "USER_FINISH",
            DocumentId = "27268",
            State = WebSoInboxState.Pending,
            ReceivedAt = s_noon,
            Sightings = 1,
            IsAnswered = false,
            Attempts = 0,
            SettledAt = (DateTimeOffset?)null,
            LastError = (string?)null,
            IsReplay = false,
        });
        (await Store.GetAsync(Guid.NewGuid(), Token)).Should().BeNull();
    }

    [Theory]
    [InlineData(WebSoInboxState.Handled)]
    [InlineData(WebSoInboxState.DeadLetter)]
    [InlineData(WebSoInboxState.Unhandled)]
    public async Task Replay_JoinsTheEndOfItsQueue_AndBeginsAnew(WebSoInboxState state)
    {
        var replayed = await Store.AppendAsync(Delivery("1"));
        await Store.FinishAsync(await Store.ClaimOneAsync(), state, "error", Token);
        var head = await Store.AppendAsync(Delivery("1"));
        var waiting = await Store.AppendAsync(Delivery("1"));

        var count = await Store.ReplayAsync(new WebSoInboxFilter { DeliveryId = replayed }, Token);
        var later = await Store.AppendAsync(Delivery("1"));
        var handled = new List<WebSoInboxClaim>();
        for (var i = 0; i < 4; i++)
        {
            handled.Add(await Store.ClaimOneAsync());
            await Store.HandledAsync(handled[i]);
        }

        count.Should().Be(1);
        handled.Select(claim => claim.Context.DeliveryId).Should().Equal(head, waiting, replayed, later);
        handled.Select(claim => claim.Context.IsReplay).Should().Equal(false, false, true, false);
        handled[2].Context.Attempt.Should().Be(1);
        handled[2].Age.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Replay_ByTime_TakesWhatWasReceivedThen_InOrder()
    {
        var ids = new List<Guid>();
        for (var hour = 0; hour < 4; hour++)
            ids.Add(await Store.AppendAsync(Delivery("1", receivedAt: s_noon + TimeSpan.FromHours(hour))));
        for (var i = 0; i < 4; i++)
            await Store.HandledAsync(await Store.ClaimOneAsync());

        var count = await Store.ReplayAsync(
            new WebSoInboxFilter { ReceivedFrom = s_noon + TimeSpan.FromHours(1), ReceivedBefore = s_noon + TimeSpan.FromHours(3) },
            Token);

        count.Should().Be(2);
        var first = await Store.ClaimOneAsync();
        first.Context.DeliveryId.Should().Be(ids[1]);
        await Store.HandledAsync(first);
        (await Store.ClaimOneAsync()).Context.DeliveryId.Should().Be(ids[2]);
    }

    [Fact]
    public async Task Replay_LeavesPendingHandlingMalformedAndDiscardedAlone()
    {
        await FillAsync();
        await Store.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter }, Token);
        var before = await Store.CountAsync(null, Token);

        var count = await Store.ReplayAsync(new WebSoInboxFilter { ReceivedFrom = s_noon }, Token);

        count.Should().Be(2, "one is handled and one unhandled");
        var after = await Store.CountAsync(null, Token);
        after[WebSoInboxState.Malformed].Should().Be(before[WebSoInboxState.Malformed]);
        after[WebSoInboxState.Discarded].Should().Be(1);
        after[WebSoInboxState.Handling].Should().Be(1);
    }

    [Fact]
    public async Task ReplayAndDiscard_WithoutAFilter_Throw()
    {
        var replay = async () => await Store.ReplayAsync(new WebSoInboxFilter { EndpointName = "" }, Token);
        var discard = async () => await Store.DiscardAsync(new WebSoInboxFilter(), Token);

        await replay.Should().ThrowAsync<ArgumentException>();
        await discard.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Discard_OfAHeadThatFails_LetsTheNextGoOn()
    {
        var head = await Store.AppendAsync(Delivery("1"));
        var next = await Store.AppendAsync(Delivery("1"));
        await Store.RetryAsync(await Store.ClaimOneAsync(), TimeSpan.FromHours(1), "broken", Token);

        var count = await Store.DiscardAsync(new WebSoInboxFilter { DeliveryId = head }, Token);

        count.Should().Be(1);
        (await Store.ClaimOneAsync()).Context.DeliveryId.Should().Be(next);
        (await Store.EntryAsync(head)).State.Should().Be(WebSoInboxState.Discarded);
    }

    [Fact]
    public async Task Discard_OfOneThatIsBeingHandledOrHandled_DoesNothing()
    {
        var id = await Store.AppendAsync(Delivery("1"));
        var claim = await Store.ClaimOneAsync();
        (await Store.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(0);
        await Store.HandledAsync(claim);

        (await Store.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(0);
    }

    [Fact]
    public async Task Pause_HoldsOverStores_AndStoresStillAccept()
    {
        var other = await OpenAnotherAsync();
        await other.PauseAsync("", Token);
        await Store.AppendAsync(Delivery("1"));
        await Store.AppendAsync(Delivery("1", endpoint: "b"));

        var paused = await Store.ClaimAsync();
        var elsewhere = await Store.ClaimAsync(endpoint: "b");
        var backlog = await Store.GetBacklogAsync(null, Token);
        await Store.ResumeAsync("", Token);

        paused.Should().BeEmpty();
        elsewhere.Should().ContainSingle();
        backlog.PausedEndpoints.Should().Equal("");
        (await Store.ClaimAsync()).Should().ContainSingle();
    }

    // At the default endpoint two pending, one being handled, one dead, handled, unhandled and malformed each; one pending at 'b'.
    private async Task FillAsync()
    {
        foreach (var document in new[] { "handling", "dead", "handled" })
            await Store.AppendAsync(Delivery(document));
        foreach (var claim in await Store.ClaimAsync())
        {
            if (claim.DocumentId == "dead")
                await Store.FinishAsync(claim, WebSoInboxState.DeadLetter, "given up", Token);
            if (claim.DocumentId == "handled")
                await Store.HandledAsync(claim);
        }

        await Store.AppendAsync(Delivery("pending"));
        await Store.AppendAsync(Delivery("pending"));
        await Store.AppendAsync(Delivery("unhandled", state: WebSoInboxState.Unhandled));
        await Store.AppendAsync(Delivery(key: "malformed", state: WebSoInboxState.Malformed));
        await Store.AppendAsync(Delivery("pending", endpoint: "b"));
    }

    private async Task<int> CountAsync(WebSoInboxFilter filter) => (await Store.ListAsync(filter, 1000, null, Token)).Entries.Count;
}
