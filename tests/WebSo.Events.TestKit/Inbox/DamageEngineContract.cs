using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>A body that the database can't read any more, as after a failure of the disk: it is the fault of its delivery alone.</summary>
public abstract class DamageEngineContract : EngineContract
{
    // Apart from its row, and not compressed.
    private static readonly string s_large = new([.. Enumerable.Range(0, 20_000).Select(_ => (char)Random.Shared.Next('a', 'z' + 1))]);

    // All large bodies.
    protected abstract Task DamageAsync();

    [Fact]
    public async Task DamagedBody_MakesItsDeliveryADeadLetter_AndTheOthersAreHandled()
    {
        var damaged = await AppendAsync(Delivery("1", body: s_large));
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("2"));
        await DamageAsync();

        (await ClaimAsync()).Select(lease => lease.DocumentId).Should().Equal("2");
        (await ClaimAsync()).Select(lease => lease.DocumentId).Should().Equal("1");

        var entry = (await ListAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Should().ContainSingle().Subject;
        entry.DeliveryId.Should().Be(damaged);
        entry.LastError.Should().Contain("can't be read");
        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = damaged }, Token)).Should().Be(1);
    }

    // More than one claim looks at: each claim learns them one by one.
    [Fact(Timeout = 120_000)]
    public async Task ManyDamagedBodies_AreAllDeadLetters_AndTheLastOneIsHandled()
    {
        for (var i = 0; i < 40; i++)
            await AppendAsync(Delivery($"{i}", body: s_large));
        await AppendAsync(Delivery("last"));
        await DamageAsync();

        var leases = new List<Lease>();
        for (var i = 0; i < 3; i++)
            leases.AddRange(await ClaimAsync());

        leases.Should().ContainSingle().Which.DocumentId.Should().Be("last");
        (await Engine.Reader.CountAsync(null, Token))[WebSoInboxState.DeadLetter].Should().Be(40);
        await CheckInvariantsAsync();
    }

    // The first of the document is marked all the same: or it would be handled again and again.
    [Fact]
    public async Task DamagedBody_OfTheNextDelivery_DoesNotKeepTheMarkFromBeingWritten()
    {
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1", body: s_large));
        await DamageAsync();
        var lease = await ClaimOneAsync();
        Engine.Attach("", new TestWorker(room: 1));

        (await HandledAsync(lease)).Should().BeTrue();

        (await ClaimAsync()).Should().BeEmpty();
        (await Engine.Reader.CountAsync(null, Token)).Should().Contain(WebSoInboxState.Handled, 1).And.Contain(WebSoInboxState.DeadLetter, 1);
    }

    [Fact]
    public async Task DamagedBody_IsSaid_AndAllElseIsShown()
    {
        var damaged = await AppendAsync(Delivery("1", body: s_large));
        var other = await AppendAsync(Delivery("2"));
        await DamageAsync();
        await ClaimAsync();

        var details = await DetailsAsync(damaged);

        details.BodyError.Should().NotBeNullOrEmpty();
        details.Context.Body.Length.Should().Be(0);
        (details.Context.RequestPath, details.Entry.State, details.Outcomes.Count).Should().Be(("/webso/events", WebSoInboxState.DeadLetter, 1));
        (await DetailsAsync(other)).Should().BeEquivalentTo(new { BodyError = (string?)null, Context = new { Body = new { Length = 2 } } });
    }

    [Fact]
    public async Task DamagedBody_AmongDeadLetters_DoesNotKeepTheOthersFromBeingReplayed()
    {
        await AppendAsync(Delivery("1", body: s_large));
        await AppendAsync(Delivery("2"));
        await DamageAsync();
        await FinishAsync(Engine, await ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up");

        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Should().Be(2);

        (await ClaimOneAsync()).DocumentId.Should().Be("2");
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Should().Be(1);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task DamagedBody_AmongMalformedOnes_IsLeft_AndTheOthersAreReadAgain()
    {
        var damaged = await AppendAsync(Delivery(state: WebSoInboxState.Malformed, body: s_large));
        await AppendAsync(Delivery(state: WebSoInboxState.Malformed));
        await DamageAsync();

        var count = await Engine.ReplayAsync(
            new WebSoInboxFilter { State = WebSoInboxState.Malformed }, static _ => new UserFinishEvent { DocumentId = "1", UserId = "1", FieldsSigned = 1 }, Token);

        count.Should().Be(1);
        (await ClaimOneAsync()).DocumentId.Should().Be("1");
        (await EntryAsync(damaged)).State.Should().Be(WebSoInboxState.Malformed);
        Log.Messages("UnreadableRow").Should().ContainSingle().Which.Should().Contain(damaged.ToString()).And.Contain("stays malformed");
    }
}
