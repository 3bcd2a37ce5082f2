using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>The order of deliveries per document.</summary>
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
    public async Task Claim_TracedCall_HasItsTraceInEachAttempt()
    {
        var trace = new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=a\u001ab");
        await AppendAsync(Delivery("1", trace: trace));

        var first = await ClaimOneAsync();
        await RetryAsync(first, TimeSpan.Zero);
        var second = await ClaimOneAsync(await OpenAnotherAsync());

        foreach (var lease in new[] { first, second })
            lease.Trace.Should().Be(trace);
    }

    [Fact]
    public async Task Claim_UntracedCall_HasNoTrace()
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
    public async Task Claim_WithoutDocumentId_IsNotOrdered()
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
    public async Task Claim_MoreDueThanRequested_ReportsThatMoreAreDue()
    {
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));

        var result = await Engine.ClaimAsync("", 1, Token);

        result.Leases.Should().ContainSingle();
        result.NextDue.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Append_ManyConcurrentlyOfOneDocument_AreHandledInOrderOfArrival()
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
    public async Task Retry_NotDue_HoldsOnlyItsDocument()
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
        after.Interruptions.Should().Be(0);
        (await EntryAsync(first)).LastError.Should().Be("broken");
    }

    [Fact]
    public async Task DeadLetter_WithoutHold_ReleasesItsDocument()
    {
        var first = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));

        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up");
        var next = await ClaimOneAsync();

        next.Context.DeliveryId.Should().Be(second);
        var dead = await EntryAsync(first);
        dead.State.Should().Be(WebSoInboxState.DeadLetter);
        dead.LastError.Should().Be("given up");
        dead.EndedAt.Should().Be(Time.GetUtcNow());
    }

    [Fact]
    public async Task HeldDeadLetter_Replayed_ReleasesItsDocumentWhenHandled()
    {
        var first = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", holdsDocument: true);
        var third = await AppendAsync(Delivery("1"));
        await PassAsync(TimeSpan.FromMinutes(2));

        (await ClaimAsync()).Should().BeEmpty();
        var (held, waiting) = (await EntryAsync(first), await EntryAsync(second));
        (held.State, held.HoldsDocument, waiting.HoldsDocument).Should().Be((WebSoInboxState.DeadLetter, true, false));
        (await Engine.Reader.GetBacklogAsync("", Token)).Should().BeEquivalentTo(new { Pending = 2L, Handling = 0L, DeadLetters = 1L });
        await CheckInvariantsAsync();

        (await ReplayAsync(new WebSoInboxFilter { DeliveryId = first })).Should().Be(1);
        (await EntryAsync(first)).HoldsDocument.Should().BeFalse();
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

    // Any text that a caller sends is a valid queue name.
    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("ä\u2028'\\\"$1")]
    [InlineData("\u001A0041\uD800")]
    public async Task Append_AnyDocumentId_RoundTripsAndReleasesTheNext(string document)
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
    public async Task Claim_StoredContext_RoundTrips()
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
