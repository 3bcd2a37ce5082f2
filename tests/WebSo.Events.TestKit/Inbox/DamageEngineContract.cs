using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>A body that the database can't read, for example after a disk error, affects only its own delivery.</summary>
public abstract class DamageEngineContract : EngineContract
{
    // Large and incompressible, so that the database stores it outside the row.
    private static readonly string s_large = new([.. Enumerable.Range(0, 20_000).Select(_ => (char)Random.Shared.Next('a', 'z' + 1))]);

    // Damages all large bodies.
    protected abstract Task DamageAsync();

    [Fact]
    public async Task DamagedBody_Claimed_IsADeadLetterAndTheOthersAreHandled()
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

    // More unreadable deliveries than one claim examines. Each claim finds them one by one.
    [Fact(Timeout = 120_000)]
    public async Task DamagedBodies_Many_AreDeadLettersAndTheOthersAreHandled()
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

    // The result of the first delivery of the document must still be written. Otherwise it would be handled again and again.
    [Fact]
    public async Task DamagedBody_OfTheNextDelivery_ResultIsStillWritten()
    {
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1", body: s_large));
        await DamageAsync();
        var lease = await ClaimOneAsync();
        Engine.AttachWorker("", new TestWorker(room: 1));

        (await HandledAsync(lease)).Should().BeTrue();

        (await ClaimAsync()).Should().BeEmpty();
        (await Engine.Reader.CountAsync(null, Token)).Should().Contain(WebSoInboxState.Handled, 1).And.Contain(WebSoInboxState.DeadLetter, 1);
    }

    [Fact]
    public async Task DamagedBody_Details_ContainTheErrorAndAllOtherData()
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
    public async Task DamagedBody_AmongDeadLetters_TheOthersAreReplayed()
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
    public async Task DamagedBody_AmongMalformedDeliveries_TheOthersAreReadAgain()
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
