using FluentAssertions;
using WebSo.Events.Engine;
using Xunit;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>Order per document, leases and their fencing.</summary>
public abstract class QueueEngineContract : EngineContract
{
    [Fact]
    public async Task Claim_TwoOfOneDocument_OnlyTheFirst()
    {
        var first = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));

        var lease = await ClaimOneAsync();
        var whileLeased = await ClaimAsync();
        await HandledAsync(lease);
        var next = await ClaimOneAsync();

        lease.Context.DeliveryId.Should().Be(first);
        whileLeased.Should().BeEmpty();
        next.Context.DeliveryId.Should().Be(second);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Claim_OfATracedCall_HasItsTrace_InEachAttemptAndInAnotherProcess()
    {
        var trace = new WebSoTraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=a\u001ab");
        await AppendAsync(Delivery("1", trace: trace));

        var first = await ClaimOneAsync();
        await RetryAsync(first, TimeSpan.Zero);
        var second = await ClaimOneAsync(await OpenAnotherAsync());

        foreach (var lease in new[] { first, second })
            lease.Trace.Should().Be(trace);
    }

    [Fact]
    public async Task Claim_OfACallThatNobodyTraced_HasNoTrace()
    {
        await AppendAsync(Delivery("1"));

        (await ClaimOneAsync()).Trace.Should().BeNull();
    }

    [Fact]
    public async Task Claim_SeveralDocuments_EachHead()
    {
        foreach (var document in new[] { "1", "2", "1", "3" })
            await AppendAsync(Delivery(document));

        (await ClaimAsync()).Select(lease => lease.DocumentId).Should().Equal("1", "2", "3");
    }

    [Fact]
    public async Task Claim_WithoutDocumentId_NoOrderAndBlocksNobody()
    {
        for (var i = 0; i < 3; i++)
            await AppendAsync(Delivery(document: ""));

        (await ClaimAsync()).Should().HaveCount(3);
    }

    [Fact]
    public async Task Claim_SameDocumentAtTwoEndpoints_AreTwoQueues()
    {
        await AppendAsync(Delivery("1", endpoint: "a"));
        await AppendAsync(Delivery("1", endpoint: "b"));

        (await ClaimAsync(endpoint: "a")).Should().ContainSingle();
        (await ClaimAsync(endpoint: "b")).Should().ContainSingle();
    }

    [Fact]
    public async Task Claim_MoreThanAskedFor_SaysThatMoreAreDue()
    {
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));

        var result = await Engine.ClaimAsync("", 1, Token);

        result.Leases.Should().ContainSingle();
        result.NextDue.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Append_ManyAtOnce_OfOneDocument_AreAllHandledOnceAndInOrderOfArrival()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => AppendAsync(Delivery("1")))));
        var expected = (await ListAsync(new WebSoInboxFilter())).Select(entry => entry.DeliveryId).Reverse();

        var handled = new List<Guid>();
        for (var i = 0; i < 40; i++)
        {
            var lease = await ClaimOneAsync();
            handled.Add(lease.Context.DeliveryId);
            await HandledAsync(lease);
        }

        handled.Should().Equal(expected);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Retry_HoldsItsDocumentOnly_UntilItIsDue()
    {
        var first = await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1"));
        (await RetryAsync(await ClaimOneAsync(), TimeSpan.FromSeconds(10), "broken")).Should().BeTrue();
        await AppendAsync(Delivery("2"));

        var before = await Engine.ClaimAsync("", 10, Token);
        Time.Advance(TimeSpan.FromSeconds(10));
        var after = await ClaimOneAsync();

        before.Leases.Should().ContainSingle().Which.DocumentId.Should().Be("2");
        before.NextDue.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        after.Context.DeliveryId.Should().Be(first);
        after.Context.Attempt.Should().Be(2);
        after.Age.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        after.CutOffs.Should().Be(0);
        (await EntryAsync(first)).LastError.Should().Be("broken");
    }

    [Fact]
    public async Task DeadLetter_ReleasesItsDocument()
    {
        var first = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));

        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up");
        var next = await ClaimOneAsync();

        next.Context.DeliveryId.Should().Be(second);
        var dead = await EntryAsync(first);
        dead.State.Should().Be(WebSoInboxState.DeadLetter);
        dead.LastError.Should().Be("given up");
        dead.SettledAt.Should().Be(Time.GetUtcNow());
    }

    [Fact]
    public async Task HeldDeadLetter_HoldsItsDocument_UntilItIsReplayedAndHandled()
    {
        var first = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", holdsDocument: true);
        var third = await AppendAsync(Delivery("1"));
        await PassAsync(TimeSpan.FromMinutes(2));

        (await ClaimAsync()).Should().BeEmpty();
        (await EntryAsync(first)).State.Should().Be(WebSoInboxState.DeadLetter);
        (await Engine.Reader.GetBacklogAsync("", Token)).Should().BeEquivalentTo(new { Pending = 2L, Handling = 0L, DeadLetters = 1L });
        await CheckInvariantsAsync();

        (await ReplayAsync(new WebSoInboxFilter { DeliveryId = first })).Should().Be(1);
        var handled = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            var lease = await ClaimOneAsync();
            handled.Add(lease.Context.DeliveryId);
            (lease.Context.IsReplay, lease.Context.Attempt).Should().Be((i == 0, 1));
            await HandledAsync(lease);
        }

        handled.Should().Equal(first, second, third);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task HeldDeadLetter_Discarded_ReleasesItsDocument()
    {
        var first = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", holdsDocument: true);

        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = first }, Token)).Should().Be(1);

        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(second);
        var entry = await EntryAsync(first);
        (entry.State, entry.LastError).Should().Be((WebSoInboxState.Discarded, "given up"));
        await CheckInvariantsAsync();
    }

    // What a stranger sends is a queue as any other.
    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("ä\u2028'\\\"$1")]
    [InlineData("\u001A0041\uD800")]
    public async Task DocumentIdOfAnyText_ComesBackAsItWas_AndReleasesItsNext(string document)
    {
        foreach (var name in new[] { document, document + new string('x', 250) })
        {
            await AppendAsync(Delivery(name));
            var second = await AppendAsync(Delivery(name));

            var lease = await ClaimOneAsync();
            await HandledAsync(lease);
            var next = await ClaimOneAsync();
            await HandledAsync(next);

            lease.DocumentId.Should().Be(name);
            next.Context.DeliveryId.Should().Be(second);
            (await ListAsync(new WebSoInboxFilter { DocumentId = name })).Should().HaveCount(2);
        }
    }

    [Fact]
    public async Task Release_OfTheFirstAttempt_LeavesNoAge()
    {
        await AppendAsync(Delivery());
        await ReleaseAsync(await ClaimOneAsync());
        Time.Advance(TimeSpan.FromDays(2));

        var lease = await ClaimOneAsync();

        (lease.Context.Attempt, lease.Age, lease.CutOffs).Should().Be((1, TimeSpan.Zero, 0));
    }

    [Fact]
    public async Task CompleteHandler_IsKnownToTheNextAttempt_AndShownForGood()
    {
        var id = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        lease.CompletedHandlers.Should().BeEmpty();

        (await CompleteAsync(lease, "first")).Should().BeTrue();
        await RetryAsync(lease, TimeSpan.Zero, "second failed");
        var again = await ClaimOneAsync();
        await FinishAsync(Engine, again, WebSoInboxState.Handled);

        again.CompletedHandlers.Should().Equal("first");
        var outcomes = (await DetailsAsync(id)).Outcomes;
        outcomes.Select(outcome => outcome.HandlerName).Should().Equal("first", null);
        outcomes[0].Duration.Should().Be(TimeSpan.FromMilliseconds(5));
        outcomes[1].Should().BeEquivalentTo(new { State = WebSoInboxState.Handled, Attempts = 2, Error = "second failed", Run = 1 });
    }

    [Fact]
    public async Task Marks_OfALeaseThatWasGivenBack_ChangeNothing()
    {
        var id = await AppendAsync(Delivery("1"));
        var old = await ClaimOneAsync();
        await ReleaseAsync(old);
        var current = await ClaimOneAsync();

        (await CompleteAsync(old, "a")).Should().BeFalse();
        (await HandledAsync(old)).Should().BeFalse();
        (await RetryAsync(old, TimeSpan.Zero)).Should().BeFalse();
        (await ReleaseAsync(old)).Should().BeFalse();
        (await FinishAsync(Engine, old, WebSoInboxState.DeadLetter, "x", holdsDocument: true)).Should().BeFalse();
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Handling);
        (await DetailsAsync(id)).Outcomes.Should().BeEmpty();
        (await HandledAsync(current)).Should().BeTrue();
        (await HandledAsync(current)).Should().BeFalse();
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task TwoEngines_NeverHandleOneDocumentAtATime()
    {
        var other = await OpenAnotherAsync();
        for (var i = 0; i < 10; i++)
            await AppendAsync(i % 2 == 0 ? Engine : other, Delivery("1"));

        var leases = await Task.WhenAll(Task.Run(() => ClaimAsync(Engine)), Task.Run(() => ClaimAsync(other)));

        leases.SelectMany(claimed => claimed).Should().ContainSingle();
    }

    [Fact]
    public async Task TwoEngines_OneEndpoint_ShareItsDocuments()
    {
        var other = await OpenAnotherAsync();
        for (var i = 0; i < 10; i++)
            await AppendAsync(Delivery($"{i}"));

        var mine = await ClaimAsync(Engine, 5);
        var theirs = await ClaimAsync(other);

        mine.Concat(theirs).Select(lease => lease.DocumentId).Should().OnlyHaveUniqueItems().And.HaveCount(10);
        (await FinishAsync(other, mine[0], WebSoInboxState.Handled)).Should().BeTrue("the token counts, not who has it");
    }

    [Fact]
    public async Task LeaseThatIsNotRenewed_IsTakenOver_AndCountsAsCutOff()
    {
        var id = await AppendAsync(Delivery("1"));
        var other = await OpenAnotherAsync();
        var old = await ClaimOneAsync();
        await CompleteAsync(old, "first");
        (await ClaimAsync(other)).Should().BeEmpty();

        await PassLeaseAsync();
        var again = await ClaimOneAsync(other);

        again.Context.DeliveryId.Should().Be(id);
        (again.Context.Attempt, again.CutOffs, again.IsTakeOver).Should().Be((2, 1, true));
        again.CompletedHandlers.Should().Equal("first");
        (await HandledAsync(old)).Should().BeFalse();
        (await FinishAsync(other, again, WebSoInboxState.Handled)).Should().BeTrue();
    }

    [Fact]
    public async Task LeaseThatIsRenewed_IsNotTakenOver()
    {
        var other = await OpenAnotherAsync();
        await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();

        for (var i = 0; i < 5; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(20));
            (await Engine.MarkAsync(new MarkOperation(lease, MarkKind.Renew), Token)).Should().BeTrue();
            (await ClaimAsync(other)).Should().BeEmpty();
        }

        (await HandledAsync(lease)).Should().BeTrue();
    }

    [Fact]
    public async Task CutOffsInARow_AreCounted_AndAnAttemptThatEndsBeginsAnew()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await PassLeaseAsync();
        await ClaimOneAsync();
        await PassLeaseAsync();
        var third = await ClaimOneAsync();
        await RetryAsync(third, TimeSpan.Zero);
        var fourth = await ClaimOneAsync();

        (third.CutOffs, third.Context.Attempt).Should().Be((2, 3));
        (fourth.CutOffs, fourth.Context.Attempt, fourth.IsTakeOver).Should().Be((0, 4, false));
    }

    [Fact]
    public async Task Postpone_OfATakeOver_KeepsTheCountOfCutOffs_AndCountsNoAttempt()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await PassLeaseAsync();
        var takeOver = await ClaimOneAsync();
        await Engine.MarkAsync(new MarkOperation(takeOver, MarkKind.Postpone) { Delay = TimeSpan.FromSeconds(5) }, Token);

        (await ClaimAsync()).Should().BeEmpty();
        Time.Advance(TimeSpan.FromSeconds(5));
        var again = await ClaimOneAsync();

        (again.Context.Attempt, again.CutOffs, again.IsTakeOver).Should().Be((2, 1, false));
    }

    [Fact]
    public async Task Claim_GivesTheContextAsItWasStored()
    {
        var delivery = Delivery("27268", body: "{\"a\":\"\\u0000\"}");
        await AppendAsync(delivery);

        var lease = await ClaimOneAsync();

        lease.EventName.Should().Be("USER_FINISH");
        lease.DocumentId.Should().Be("27268");
        lease.Context.Should().BeEquivalentTo(delivery.Context, options => options.Excluding(context => context.Body));
        lease.Context.Body.ToArray().Should().Equal(delivery.Context.Body.ToArray());
    }
}
