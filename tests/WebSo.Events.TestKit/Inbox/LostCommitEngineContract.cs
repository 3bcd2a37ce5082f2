using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>A COMMIT that took effect but whose reply was lost: the batch is written again, and nothing is lost or duplicated.</summary>
public abstract class LostCommitEngineContract : EngineContract
{
    private LostCommitDialect _dialect = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _dialect = new LostCommitDialect(CreateDialect(Time));
        Losing = await OpenAnotherAsync(_dialect);
    }

    private protected InboxEngine Losing { get; private set; } = null!;

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    public async Task LostCommit_OfAppend_StoresOnceAndReportsNoDuplicate(string? key)
    {
        _dialect.LoseNext();

        var result = await Losing.AppendAsync(Delivery(key: key), Token);

        (result.IsDuplicate, result.ReceiveCount).Should().Be((false, 1));
        (await CountAllAsync()).Should().Be(1);
        (await EntryAsync(result.DeliveryId)).ReceiveCount.Should().Be(1);
        (await ClaimOneAsync()).Context.Attempt.Should().Be(1);
        await CheckInvariantsAsync();
    }

    // The lease of the lost COMMIT is released. The delivery is left to a claim as a first attempt, and is not handed over.
    [Fact]
    public async Task LostCommit_OfHandOver_LeavesTheDeliveryToClaims()
    {
        var worker = new TestWorker(room: 1);
        Losing.AttachWorker("", worker);
        _dialect.LoseNext();

        await AppendAsync(Losing, Delivery());

        worker.Started.Reader.TryRead(out _).Should().BeFalse();
        worker.Reserved.Should().Be(0);
        var lease = await ClaimOneAsync();
        (lease.Context.Attempt, lease.Interruptions, lease.IsTakeover).Should().Be((1, 0, false));
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task LostCommit_OfComplete_SucceedsAndReleasesTheNextOnce()
    {
        var first = await AppendAsync(Losing, Delivery("1"));
        var second = await AppendAsync(Losing, Delivery("1"));
        var lease = (await ClaimAsync(Losing)).Should().ContainSingle().Subject;
        _dialect.LoseNext();

        (await FinishAsync(Losing, lease, WebSoInboxState.Handled)).Should().BeTrue();

        (await EntryAsync(first)).State.Should().Be(WebSoInboxState.Handled);
        (await DetailsAsync(first)).Outcomes.Should().ContainSingle();
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(second);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task LostCommit_OfRetry_CountsOneAttempt()
    {
        await AppendAsync(Losing, Delivery("1"));
        var lease = (await ClaimAsync(Losing)).Single();
        _dialect.LoseNext();

        (await Losing.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Error = "broken" }, Token)).Should().BeTrue();

        (await ClaimOneAsync()).Context.Attempt.Should().Be(2);
    }

    [Fact]
    public async Task LostCommit_OfClaim_GrantsEachOnceAndCountsOneAttempt()
    {
        for (var i = 0; i < 3; i++)
            await AppendAsync(Losing, Delivery($"{i}"));
        _dialect.LoseNext();

        var leases = await ClaimAsync(Losing);

        leases.Select(lease => lease.Context.Attempt).Should().Equal(1, 1, 1);
        leases.Should().OnlyContain(lease => lease.Interruptions == 0);
        (await ClaimAsync()).Should().BeEmpty();
        foreach (var lease in leases)
            (await FinishAsync(Losing, lease, WebSoInboxState.Handled)).Should().BeTrue();
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task LostCommit_OfReplayOrDiscard_AppliesItOnce()
    {
        var id = await AppendAsync(Losing, Delivery("1"));
        _dialect.LoseNext();
        await Losing.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token);
        _dialect.LoseNext();
        await Losing.ReplayAsync(new WebSoInboxFilter { DeliveryId = id, State = WebSoInboxState.Discarded }, static _ => null, Token);

        (await ClaimOneAsync()).Run.Should().Be(2);
        await CheckInvariantsAsync();
    }
}
