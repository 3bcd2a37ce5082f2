using System.Threading.Channels;
using FluentAssertions;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>Order per document, claims and their fencing.</summary>
public abstract class QueueContract : InboxStoreContract
{
    [Fact]
    public async Task Claim_TwoOfOneDocument_OnlyTheFirst()
    {
        var first = await Store.AppendAsync(Delivery("1"));
        var second = await Store.AppendAsync(Delivery("1"));

        var claim = await Store.ClaimOneAsync();
        var whileClaimed = await Store.ClaimAsync();
        await Store.HandledAsync(claim);
        var next = await Store.ClaimOneAsync();

        claim.Context.DeliveryId.Should().Be(first);
        whileClaimed.Should().BeEmpty();
        next.Context.DeliveryId.Should().Be(second);
    }

    [Fact]
    public async Task Claim_OfATracedCall_HasItsTrace_InEachAttemptAndInAnotherProcess()
    {
        var trace = new WebSoTraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=a\u001ab");
        await Store.AppendAsync(Delivery("1", trace: trace));

        var first = await Store.ClaimOneAsync();
        await Store.RetryAsync(first, TimeSpan.Zero, "failed", Token);
        await KillStoreAsync(Store);
        var second = await (await OpenAnotherAsync()).ClaimOneAsync();

        foreach (var claim in new[] { first, second })
            claim.Trace.Should().Be(trace);
    }

    [Fact]
    public async Task Claim_OfACallThatNobodyTraced_HasNoTrace()
    {
        await Store.AppendAsync(Delivery("1"));

        var claim = await Store.ClaimOneAsync();

        claim.Trace.Should().BeNull();
    }

    [Fact]
    public async Task Claim_SeveralDocuments_EachHead()
    {
        foreach (var document in new[] { "1", "2", "1", "3" })
            await Store.AppendAsync(Delivery(document));

        var claims = await Store.ClaimAsync();

        claims.Select(claim => claim.DocumentId).Should().Equal("1", "2", "3");
    }

    [Fact]
    public async Task Claim_WithoutDocumentId_NoOrderAndBlocksNobody()
    {
        for (var i = 0; i < 3; i++)
            await Store.AppendAsync(Delivery(document: ""));

        var claims = await Store.ClaimAsync();

        claims.Should().HaveCount(3);
    }

    [Fact]
    public async Task Claim_SameDocumentAtTwoEndpoints_AreTwoQueues()
    {
        await Store.AppendAsync(Delivery("1", endpoint: "a"));
        await Store.AppendAsync(Delivery("1", endpoint: "b"));

        (await Store.ClaimAsync(endpoint: "a")).Should().ContainSingle();
        (await Store.ClaimAsync(endpoint: "b")).Should().ContainSingle();
    }

    [Fact]
    public async Task Claim_MoreThanAskedFor_SaysThatMoreAreDue()
    {
        await Store.AppendAsync(Delivery("1"));
        await Store.AppendAsync(Delivery("2"));

        var claims = await Store.ClaimAsync("", 1, Token);

        claims.Claims.Should().ContainSingle();
        claims.NextDue.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Retry_HoldsItsDocumentOnly_UntilItIsDue()
    {
        var first = await Store.AppendAsync(Delivery("1"));
        await Store.AppendAsync(Delivery("1"));
        (await Store.RetryAsync(await Store.ClaimOneAsync(), TimeSpan.FromSeconds(10), "broken", Token)).Should().BeTrue();
        await Store.AppendAsync(Delivery("2"));

        var before = await Store.ClaimAsync("", 10, Token);
        Time.Advance(TimeSpan.FromSeconds(10));
        var after = await Store.ClaimOneAsync();

        before.Claims.Should().ContainSingle().Which.DocumentId.Should().Be("2");
        before.NextDue.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        after.Context.DeliveryId.Should().Be(first);
        after.Context.Attempt.Should().Be(2);
        after.Age.Should().BeCloseTo(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        (await Store.EntryAsync(first)).LastError.Should().Be("broken");
    }

    [Fact]
    public async Task DeadLetter_ReleasesItsDocument()
    {
        var first = await Store.AppendAsync(Delivery("1"));
        var second = await Store.AppendAsync(Delivery("1"));

        await Store.FinishAsync(await Store.ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", Token);
        var next = await Store.ClaimOneAsync();

        next.Context.DeliveryId.Should().Be(second);
        var dead = await Store.EntryAsync(first);
        dead.State.Should().Be(WebSoInboxState.DeadLetter);
        dead.LastError.Should().Be("given up");
        dead.SettledAt.Should().Be(Time.GetUtcNow());
    }

    // What a stranger sends is a queue as any other.
    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("ä\u2028'\\\"$1")]
    public async Task DocumentIdOfAnyText_ComesBackAsItWas_AndReleasesItsNext(string document)
    {
        foreach (var name in new[] { document, document + new string('x', 600) })
        {
            await Store.AppendAsync(Delivery(name));
            var second = await Store.AppendAsync(Delivery(name));

            var claim = await Store.ClaimOneAsync();
            await Store.HandledAsync(claim);
            var next = await Store.ClaimOneAsync();
            await Store.HandledAsync(next);

            claim.DocumentId.Should().Be(name);
            next.Context.DeliveryId.Should().Be(second);
            (await Store.ListAsync(new WebSoInboxFilter { DocumentId = name }, 10, null, Token)).Entries.Should().HaveCount(2);
        }
    }

    [Fact]
    public async Task Release_OfTheFirstAttempt_LeavesNoAge()
    {
        await Store.AppendAsync(Delivery());
        await Store.ReleaseAsync(await Store.ClaimOneAsync(), Token);
        Time.Advance(TimeSpan.FromDays(2));

        var claim = await Store.ClaimOneAsync();

        (claim.Context.Attempt, claim.Age).Should().Be((1, TimeSpan.Zero));
    }

    [Fact]
    public async Task Release_IsAsIfNotClaimed()
    {
        await Store.AppendAsync(Delivery("1"));

        (await Store.ReleaseAsync(await Store.ClaimOneAsync(), Token)).Should().BeTrue();
        var again = await Store.ClaimOneAsync();

        again.Context.Attempt.Should().Be(1);
    }

    [Fact]
    public async Task CompleteHandler_IsKnownToTheNextAttempt_AndGoneWhenHandled()
    {
        var id = await Store.AppendAsync(Delivery("1"));
        var claim = await Store.ClaimOneAsync();
        claim.CompletedHandlers.Should().BeEmpty();

        (await Store.CompleteHandlerAsync(claim, "first", Token)).Should().BeTrue();
        await Store.RetryAsync(claim, TimeSpan.Zero, "second failed", Token);
        var again = await Store.ClaimOneAsync();
        var details = await Store.GetAsync(id, Token);
        await Store.HandledAsync(again);

        again.CompletedHandlers.Should().Equal("first");
        details!.CompletedHandlers.Should().Equal("first");
        (await Store.GetAsync(id, Token))!.CompletedHandlers.Should().BeEmpty();
    }

    [Fact]
    public async Task Marks_OfAClaimThatWasGivenBack_ChangeNothing()
    {
        var id = await Store.AppendAsync(Delivery("1"));
        var old = await Store.ClaimOneAsync();
        await Store.ReleaseAsync(old, Token);
        var current = await Store.ClaimOneAsync();

        (await Store.CompleteHandlerAsync(old, "a", Token)).Should().BeFalse();
        (await Store.HandledAsync(old)).Should().BeFalse();
        (await Store.RetryAsync(old, TimeSpan.Zero, "x", Token)).Should().BeFalse();
        (await Store.ReleaseAsync(old, Token)).Should().BeFalse();
        (await Store.RenewAsync([old, current], Token)).Should().Equal(old);
        (await Store.EntryAsync(id)).State.Should().Be(WebSoInboxState.Handling);
        current.Token.Should().BeGreaterThan(old.Token);
        (await Store.HandledAsync(current)).Should().BeTrue();
        (await Store.HandledAsync(current)).Should().BeFalse();
    }

    [Fact]
    public async Task TwoStores_NeverHandleOneDocumentAtATime()
    {
        var other = await OpenAnotherAsync();
        for (var i = 0; i < 10; i++)
            await Store.AppendAsync(Delivery("1"));

        var mine = await Store.ClaimAsync();
        var theirs = await other.ClaimAsync();

        mine.Concat(theirs).Should().ContainSingle();
    }

    [Fact]
    public async Task TwoStores_OfDifferentEndpoints_HandleEachItsOwn()
    {
        var other = await OpenAnotherAsync();
        await Store.AppendAsync(Delivery("1", endpoint: "test"));
        await Store.AppendAsync(Delivery("1", endpoint: "production"));

        var mine = (await Store.ClaimAsync(endpoint: "test")).Should().ContainSingle().Subject;
        var theirs = (await other.ClaimAsync(endpoint: "production")).Should().ContainSingle().Subject;

        mine.Context.EndpointName.Should().Be("test");
        theirs.Context.EndpointName.Should().Be("production");
        (await Store.HandledAsync(mine)).Should().BeTrue("the other has taken over another endpoint, not this one");
        (await other.HandledAsync(theirs)).Should().BeTrue();
    }

    [Fact]
    public async Task KilledStore_ItsClaimsAreClaimedAgain_AndItsMarksRefused()
    {
        var id = await Store.AppendAsync(Delivery("1"));
        var old = await Store.ClaimOneAsync();
        await Store.CompleteHandlerAsync(old, "first", Token);
        var other = await OpenAnotherAsync();
        (await other.ClaimAsync()).Should().BeEmpty();

        await KillStoreAsync(Store);
        PassLease();
        var again = await other.ClaimOneAsync();

        again.Context.DeliveryId.Should().Be(id);
        again.Context.Attempt.Should().Be(2);
        again.CompletedHandlers.Should().Equal("first");
        again.Token.Should().BeGreaterThan(old.Token);
        (await other.HandledAsync(old)).Should().BeFalse();
        (await other.HandledAsync(again)).Should().BeTrue();
    }

    [Fact]
    public async Task Claim_GivesTheContextAsItWasStored()
    {
        var delivery = Delivery("27268", body: "{\"a\":\"\\u0000\"}");
        await Store.AppendAsync(delivery);

        var claim = await Store.ClaimOneAsync();

        claim.EventName.Should().Be("USER_FINISH");
        claim.DocumentId.Should().Be("27268");
        claim.Context.Should().BeEquivalentTo(delivery.Context, options => options.Excluding(context => context.Body));
        claim.Context.Body.ToArray().Should().Equal(delivery.Context.Body.ToArray());
    }

    [Fact]
    public async Task Signal_ComesForWhatCanBeClaimed()
    {
        var signals = Channel.CreateUnbounded<string>();
        using (Store.OnWork(endpoint => signals.Writer.TryWrite(endpoint)))
        {
            await Store.AppendAsync(Delivery("1", endpoint: "a"));
            (await signals.Reader.ReadAsync(Token)).Should().Be("a");
        }
    }
}
