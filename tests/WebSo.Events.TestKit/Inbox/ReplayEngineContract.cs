using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Which deliveries a replay handles again, and in which order.</summary>
public abstract class ReplayEngineContract : EngineContract
{
    private static readonly SqlStatement s_readSuperseded = new("SELECT superseded_at FROM webso_outcomes WHERE handler = '' AND superseded_at IS NOT NULL ORDER BY run");

    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(WebSoInboxState.Handled)]
    [InlineData(WebSoInboxState.DeadLetter)]
    [InlineData(WebSoInboxState.Unhandled)]
    public async Task Replay_DeadLetter_RestartsAtItsOldPlace(WebSoInboxState state)
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
    public async Task Replay_DocumentIsBeingHandled_PrecedesTheWaitingOnes()
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
    public async Task Replay_BeforeARetryingHead_PrecedesIt()
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
    public async Task Replay_BehindARetryingHead_KeepsItsDueTime()
    {
        var failing = await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromHours(1), "broken");
        var replayed = await AppendAsync(Delivery("1", state: WebSoInboxState.Unhandled));

        (await ReplayAsync(new WebSoInboxFilter { DeliveryId = replayed })).Should().Be(1);

        (await ClaimAsync()).Should().BeEmpty("the document's earlier event is not due");
        await PassAsync(TimeSpan.FromHours(1));
        (await HandleAllAsync()).Select(lease => lease.Context.DeliveryId).Should().Equal(failing, replayed);
        await CheckInvariantsAsync();
    }

    // superseded_at shows when an outcome stopped being current.
    [Fact]
    public async Task Replay_Again_KeepsTheTimeOfTheFirstReplay()
    {
        var id = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        var first = Time.GetUtcNow().UtcDateTime;
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });
        await HandledAsync(await ClaimOneAsync());
        Time.Advance(TimeSpan.FromSeconds(5));

        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });

        (await ReadSupersededAsync()).Should().Equal(first, first + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Replay_Several_EachTakesItsOldPlace()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await AppendAsync(Delivery("1")));
            await HandledAsync(await ClaimOneAsync());
        }

        ids.Add(await AppendAsync(Delivery("1")));

        await ReplayAsync(new WebSoInboxFilter { DeliveryId = ids[2] });
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = ids[0] });
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = ids[1] });
        await CheckInvariantsAsync();

        (await HandleAllAsync()).Select(lease => lease.Context.DeliveryId).Should().Equal(ids);
    }

    // A held dead letter also holds earlier deliveries. When it is replayed, they are handled first.
    [Fact]
    public async Task Replay_BeforeAHeldDeadLetter_WaitsForItsReplayAndPrecedesIt()
    {
        var first = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        var dead = await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", holdsDocument: true);
        var last = await AppendAsync(Delivery("1"));

        await ReplayAsync(new WebSoInboxFilter { DeliveryId = first });
        (await ClaimAsync()).Should().BeEmpty();
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = dead });
        await CheckInvariantsAsync();

        (await HandleAllAsync()).Select(lease => lease.Context.DeliveryId).Should().Equal(first, dead, last);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Replay_ConcurrentlyFromTwoProcesses_ReplaysOnce()
    {
        var other = await OpenAnotherAsync();
        for (var i = 0; i < 20; i++)
            await AppendAsync(Delivery("1"));
        await HandleAllAsync();

        var counts = await Task.WhenAll(
            Task.Run(() => ReplayAsync(new WebSoInboxFilter { DocumentId = "1" })),
            Task.Run(() => other.ReplayAsync(new WebSoInboxFilter { DocumentId = "1" }, static _ => null, Token)));

        // The second replay may find the deliveries pending, and retry them immediately without starting another run.
        counts.Max().Should().BeGreaterThanOrEqualTo(10);
        await CheckInvariantsAsync();
        (await HandleAllAsync()).Should().HaveCount(20).And.OnlyContain(lease => lease.Run == 2);
    }

    [Fact]
    public async Task Replay_ByTime_ReplaysInOrder()
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
    public async Task Replay_PendingLeasedMalformedOrDiscarded_ChangesNothing()
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
    public async Task Replay_MalformedDeliveryThatIsReadable_JoinsItsDocument()
    {
        var unreadable = await AppendAsync(Delivery(state: WebSoInboxState.Malformed));
        var later = await AppendAsync(Delivery("27268"));

        var count = await Engine.ReplayAsync(
            new WebSoInboxFilter { State = WebSoInboxState.Malformed }, static _ => new UserFinishEvent { DocumentId = "27268", UserId = "1", FieldsSigned = 1 }, Token);

        count.Should().Be(1);
        await CheckInvariantsAsync();
        var first = await ClaimOneAsync();
        await ReleaseAsync(first);
        first.Context.DeliveryId.Should().Be(unreadable, "the next delivery waits in the same queue");
        (await CountAsync(new WebSoInboxFilter { DocumentId = "27268", EventName = "USER_FINISH" })).Should().Be(2);
        (await HandleAllAsync()).Select(lease => (lease.Context.DeliveryId, lease.DocumentId)).Should().Equal((unreadable, "27268"), (later, "27268"));
    }

    [Fact]
    public async Task Replay_MalformedDelivery_StaysMalformed()
    {
        await AppendAsync(Delivery(state: WebSoInboxState.Malformed));

        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed })).Should().Be(0);

        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed })).Should().Be(1);
    }

    [Fact]
    public async Task Replay_PendingDelivery_RetriesImmediately()
    {
        var id = await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromHours(1), "broken");

        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending })).Should().Be(1);

        var lease = await ClaimOneAsync();
        (lease.Context.DeliveryId, lease.Context.Attempt, lease.Context.IsReplay).Should().Be((id, 2, false));
    }

    // One of the two pending deliveries waits behind the other.
    [Theory]
    [InlineData(null, 3)]
    [InlineData(WebSoInboxState.Pending, 1)]
    [InlineData(WebSoInboxState.Handling, 0)]
    [InlineData(WebSoInboxState.DeadLetter, 1)]
    [InlineData(WebSoInboxState.Malformed, 0)]
    public async Task Preview_Replay_ReturnsTheSameCount(WebSoInboxState? state, int expected)
    {
        await FillAsync();
        var filter = new WebSoInboxFilter { EndpointName = "", State = state, ReceivedFrom = s_noon };
        var before = await Engine.Reader.CountAsync(null, Token);

        var preview = await new WebSoInbox(Engine, null, static _ => null) { IsPreview = true }.ReplayAsync(filter, Token);
        (await Engine.Reader.CountAsync(null, Token)).Should().BeEquivalentTo(before);

        preview.Should().Be(expected);
        (await ReplayAsync(filter)).Should().Be(expected);
    }

    // The delivery was the head of its document when it was found; before the command runs, an earlier delivery is replayed.
    [Fact]
    public async Task Replay_PendingDeliveryIsDemotedInTheMeantime_KeepsItsPlace()
    {
        var first = await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        var second = await AppendAsync(Delivery("1"));
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        dialect.BeforeNext(() => ReplayAsync(new WebSoInboxFilter { DeliveryId = first }).Wait(Token));

        (await other.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending }, static _ => null, Token)).Should().Be(0);

        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(first);
        (await EntryAsync(second)).NextAttemptAt.Should().BeNull();
    }

    private Task<List<DateTime>> ReadSupersededAsync() => Engine.Reader.ReadAsync(
        static (session, _) =>
        {
            var times = new List<DateTime>();
            session.Query(s_readSuperseded, [], row => times.Add(row.Time(0)));
            return times;
        },
        Token);
}
