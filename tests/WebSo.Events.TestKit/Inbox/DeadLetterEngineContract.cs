using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Finding dead letters, and recording that OnDeadLetter was called.</summary>
public abstract class DeadLetterEngineContract : EngineContract
{
    [Fact]
    public async Task FindDeadLetters_AboveASequence_ReturnsThoseOfTheEndpointInOrder()
    {
        await FillAsync();
        var first = (await FindAsync()).Should().ContainSingle().Subject;
        var second = await EntryAsync(await GiveUpAsync("later"));
        await AppendAsync(Delivery("b", endpoint: "b"));
        await FinishAsync(Engine, (await ClaimAsync(endpoint: "b"))[0], WebSoInboxState.DeadLetter, "given up");

        var found = await FindAsync();

        found.Should().HaveCount(2);
        found[0].Should().Be(first);
        (await Engine.Reader.GetAsync(found[1].Sequence, Token))!.Entry.Should().Be(second);
        found.Should().OnlyContain(deadLetter => deadLetter.Run == 1 && !deadLetter.IsCalled);
        found[1].EndedAt.Should().Be(second.EndedAt!.Value.UtcDateTime);
        (await FindAsync(after: first.Sequence)).Should().Equal(found[1]);
        (await FindAsync(maxCount: 1)).Should().Equal(found[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RecordCall_ThenReplay_CountsForItsRunOnly(bool holdsDocument)
    {
        var id = await GiveUpAsync("1", holdsDocument);
        var first = (await FindAsync()).Single();

        (await Engine.RecordCallAsync(first, "", TimeSpan.FromSeconds(1))).Should().BeTrue();
        (await Engine.RecordCallAsync(first, "", TimeSpan.FromSeconds(1))).Should().BeTrue();
        (await FindAsync()).Should().Equal(first with { IsCalled = true });

        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });
        (await FindAsync()).Should().BeEmpty();
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up again", holdsDocument);
        var second = (await FindAsync()).Should().ContainSingle().Subject;

        second.Should().BeEquivalentTo(new { first.Sequence, Run = 2L, IsCalled = false });
        (await Engine.RecordCallAsync(first, "", TimeSpan.Zero)).Should().BeFalse("that run is over");
        (await FindAsync()).Should().Equal(second);
        await CheckInvariantsAsync();
    }

    [Theory]
    [InlineData("discard")]
    [InlineData("erase")]
    [InlineData("replay")]
    public async Task RecordCall_DeliveryChangedInTheMeantime_ReturnsFalse(string change)
    {
        var id = await GiveUpAsync("1");
        var deadLetter = (await FindAsync()).Single();

        var filter = new WebSoInboxFilter { DeliveryId = id };
        if (change == "discard")
            await Engine.DiscardAsync(filter, Token);
        else if (change == "erase")
            await Engine.EraseAsync("", "1", Token);
        else
            await ReplayAsync(filter);

        (await Engine.RecordCallAsync(deadLetter, "", TimeSpan.Zero)).Should().BeFalse();
        (await CountOutcomesAsync()).Should().Be(0, "nothing of it may remain");
    }

    [Fact]
    public async Task RecordCall_IsNoCompletedHandlerAndIsErased()
    {
        var id = await GiveUpAsync("1");
        await Engine.RecordCallAsync((await FindAsync()).Single(), "", TimeSpan.Zero);

        var details = await DetailsAsync(id);

        details.CompletedHandlers.Should().BeEmpty();
        details.Outcomes.Should().ContainSingle().Which.State.Should().Be(WebSoInboxState.DeadLetter);
        (await CountOutcomesAsync()).Should().Be(1);
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });
        (await ClaimOneAsync()).CompletedHandlers.Should().BeEmpty();
        await PassLeaseAsync();
        await Engine.EraseAsync("", "1", Token);
        (await CountOutcomesAsync()).Should().Be(0);
    }

    private async Task<Guid> GiveUpAsync(string document, bool holdsDocument = false)
    {
        var id = await AppendAsync(Delivery(document));
        var lease = (await ClaimAsync()).Single(claimed => claimed.DocumentId == document);
        await FinishAsync(Engine, lease, WebSoInboxState.DeadLetter, "given up", holdsDocument);
        return id;
    }

    private Task<List<DeadLetter>> FindAsync(long after = 0, int maxCount = 100) =>
        Engine.Reader.ReadAsync((session, _) => DeadLetter.Read(session, "", after, maxCount), Token);

    private Task<long> CountOutcomesAsync() => Engine.Reader.ReadAsync(
        static (session, _) => session.ReadNumber($"SELECT count(*) FROM webso_outcomes WHERE handler = '{DeadLetter.CallbackName}'"), Token);
}
