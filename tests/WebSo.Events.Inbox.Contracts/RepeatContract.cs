using FluentAssertions;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>What is a repeat, and what is not.</summary>
public abstract class RepeatContract : InboxStoreContract
{
    [Fact]
    public async Task SixteenAtOnce_OverTwoStores_OneIsStored()
    {
        var other = await OpenAnotherAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? Store : other).AppendAsync(Delivery(key: "a"), Token))));

        results.Where(result => result.Outcome == WebSoInboxAppendOutcome.Stored).Should().ContainSingle();
        results.Select(result => result.DeliveryId).Distinct().Should().ContainSingle();
        results.Select(result => result.Sighting.Number).Order().Should().Equal(Enumerable.Range(1, 16));
        (await Store.EntryAsync(results[0].DeliveryId)).Sightings.Should().Be(16);
    }

    [Fact]
    public async Task Answered_WithinTheWindowAfterTheLastSighting_IsARepeat()
    {
        var first = await AppendAnsweredAsync();
        Time.Advance(Window - TimeSpan.FromSeconds(1));
        var second = await AppendAnsweredAsync();
        Time.Advance(Window - TimeSpan.FromSeconds(1));
        var third = await AppendAnsweredAsync();
        Time.Advance(Window + TimeSpan.FromSeconds(1));
        var fourth = await AppendAnsweredAsync();

        second.Outcome.Should().Be(WebSoInboxAppendOutcome.Repeat);
        third.Outcome.Should().Be(WebSoInboxAppendOutcome.Repeat);
        third.DeliveryId.Should().Be(first.DeliveryId);
        fourth.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        fourth.DeliveryId.Should().NotBe(first.DeliveryId);
        var entry = await Store.EntryAsync(first.DeliveryId);
        entry.Sightings.Should().Be(3);
        entry.LastSeenAt.Should().Be(entry.ReceivedAt + (2 * (Window - TimeSpan.FromSeconds(1))));
    }

    [Fact]
    public async Task Unanswered_WithinADay_IsARepeat()
    {
        var first = await Store.AppendAsync(Delivery(key: "a"), Token);
        Time.Advance(UnansweredWindow - TimeSpan.FromSeconds(1));
        var second = await Store.AppendAsync(Delivery(key: "a"), Token);
        Time.Advance(UnansweredWindow + TimeSpan.FromSeconds(1));
        var third = await Store.AppendAsync(Delivery(key: "a"), Token);

        first.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        second.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
        third.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
    }

    [Fact]
    public async Task RepeatWhoseOwnAnswerIsNotKnown_IsExpectedAgainForADay()
    {
        await AppendAnsweredAsync();
        await Store.AppendAsync(Delivery(key: "a"), Token);
        Time.Advance(Window + TimeSpan.FromSeconds(1));

        var third = await Store.AppendAsync(Delivery(key: "a"), Token);

        third.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
    }

    [Fact]
    public async Task LateAnswerOfAnEarlierCall_DoesNotAnswerTheLater()
    {
        var first = await Store.AppendAsync(Delivery(key: "a"), Token);
        await Store.AppendAsync(Delivery(key: "a"), Token);
        Store.MarkAnswered(first.Sighting);
        await FlushAsync();

        (await Store.EntryAsync(first.DeliveryId)).IsAnswered.Should().BeFalse();
    }

    [Fact]
    public async Task AnotherKey_AndNoKey_AreNoRepeats()
    {
        foreach (var key in new[] { "a", "b", null, null })
            await Store.AppendAsync(Delivery(key: key));
    }

    [Fact]
    public async Task WindowOfZero_AfterTheAnswer_IsNoRepeat()
    {
        await AppendAnsweredAsync();
        var next = Delivery(key: "a");

        var result = await Store.AppendAsync(
            new WebSoInboxAppend
            {
                Context = next.Context,
                EventName = next.EventName,
                DocumentId = next.DocumentId,
                State = next.State,
                RepeatKey = next.RepeatKey,
                UnansweredRepeatWindow = UnansweredWindow,
            },
            Token);

        result.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
    }

    [Fact]
    public async Task RepeatOfADeadLetter_CountsAndDoesNotReviveIt()
    {
        var id = await Store.AppendAsync(Delivery(key: "a"));
        await Store.FinishAsync(await Store.ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", Token);

        await Store.AppendAsync(Delivery(key: "a"), Token);

        var entry = await Store.EntryAsync(id);
        entry.State.Should().Be(WebSoInboxState.DeadLetter);
        entry.Sightings.Should().Be(2);
        (await Store.ClaimAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task KilledStore_AnUnansweredCallIsARepeatForTheNextProcess()
    {
        var id = await Store.AppendAsync(Delivery(key: "a"));
        await KillStoreAsync(Store);
        var other = await OpenAnotherAsync();
        Time.Advance(TimeSpan.FromHours(1));

        var again = await other.AppendAsync(Delivery(key: "a"), Token);

        again.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
        again.DeliveryId.Should().Be(id);
    }

    [Fact]
    public async Task Malformed_TheSameBody_IsCountedForever()
    {
        var id = await Store.AppendAsync(Malformed("a"));
        Time.Advance(TimeSpan.FromDays(3));

        var again = await Store.AppendAsync(Malformed("a"), Token);

        again.DeliveryId.Should().Be(id);
        (await Store.EntryAsync(id)).Sightings.Should().Be(2);
        (await Store.ClaimAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Malformed_AboveTheCount_IsRefused_AndTheSameBodyIsStillCounted()
    {
        foreach (var key in new[] { "a", "b", "c" })
            await Store.AppendAsync(Malformed(key));

        var fourth = await Store.AppendAsync(Malformed("d"), Token);
        var again = await Store.AppendAsync(Malformed("a"), Token);
        await Store.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed }, Token);

        fourth.Outcome.Should().Be(WebSoInboxAppendOutcome.MalformedBoundReached);
        again.Outcome.Should().NotBe(WebSoInboxAppendOutcome.MalformedBoundReached);
        await Store.AppendAsync(Malformed("d"));
    }

    [Fact]
    public async Task Malformed_AboveTheCount_IsKeptAgainWhenOldOnesAreRemoved()
    {
        foreach (var key in new[] { "a", "b", "c" })
            await Store.AppendAsync(Malformed(key));
        var fourth = await Store.AppendAsync(Malformed("d"), Token);
        Time.Advance(TimeSpan.FromDays(2));

        await Store.PurgeAsync("", WebSoInboxState.Malformed, TimeSpan.FromDays(1), 1, Token);

        fourth.Outcome.Should().Be(WebSoInboxAppendOutcome.MalformedBoundReached);
        await Store.AppendAsync(Malformed("d"));
        (await Store.AppendAsync(Malformed("e"), Token)).Outcome.Should().Be(WebSoInboxAppendOutcome.MalformedBoundReached);
    }

    [Fact]
    public async Task Malformed_AboveTheBytes_IsRefused()
    {
        await Store.AppendAsync(Malformed("a", new string('x', 60)));

        var second = await Store.AppendAsync(Malformed("b", new string('x', 41)), Token);

        second.Outcome.Should().Be(WebSoInboxAppendOutcome.MalformedBoundReached);
        await Store.AppendAsync(Malformed("c", new string('x', 40)));
    }

    private static WebSoInboxAppend Malformed(string key, string body = "x") => Delivery(key: key, state: WebSoInboxState.Malformed, body: body);

    // What is appended after it comes after the marks before it.
    private Task<Guid> FlushAsync() => Store.AppendAsync(Delivery("flush"));

    private async Task<WebSoInboxAppendResult> AppendAnsweredAsync()
    {
        var result = await Store.AppendAsync(Delivery(key: "a"), Token);
        Store.MarkAnswered(result.Sighting);
        return result;
    }
}
