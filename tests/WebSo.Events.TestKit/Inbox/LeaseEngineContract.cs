using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Leases: who holds them, and their results.</summary>
public abstract class LeaseEngineContract : EngineContract
{
    [Fact]
    public async Task Release_FirstAttempt_ResetsTheAge()
    {
        await AppendAsync(Delivery());
        await ReleaseAsync(await ClaimOneAsync());
        Time.Advance(TimeSpan.FromDays(2));

        var lease = await ClaimOneAsync();

        (lease.Context.Attempt, lease.Age, lease.Interruptions).Should().Be((1, TimeSpan.Zero, 0));
    }

    [Fact]
    public async Task CompletedHandler_NextAttempt_IsKnown()
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
    public async Task UpdateLease_LeaseWasReleased_ChangesNothing()
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

    // Otherwise its leases would hold their documents until they expire.
    [Fact]
    public async Task Claim_CanceledDuringTheWrite_ReturnsItsLeases()
    {
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        await AppendAsync(Delivery("1"));
        using var cancellation = new CancellationTokenSource();
        dialect.BeforeNext(cancellation.Cancel);

        var claim = await other.ClaimAsync("", 10, cancellation.Token);

        cancellation.IsCancellationRequested.Should().BeTrue();
        (await HandledAsync(claim.Leases.Should().ContainSingle().Subject)).Should().BeTrue();
    }

    // Otherwise it, and a stop, would wait for a database that is unavailable.
    [Fact]
    public async Task Claim_CanceledWhileTheDatabaseIsUnavailable_IsCanceled()
    {
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        await AppendAsync(Delivery("1"));
        using var cancellation = new CancellationTokenSource();
        dialect.BeforeNext(() => CancelAndFail(cancellation));

        var claim = () => other.ClaimAsync("", 10, cancellation.Token);

        await claim.Should().ThrowAsync<OperationCanceledException>();
        (await ClaimOneAsync()).DocumentId.Should().Be("1");
    }

    // The caller has answered 503, and another instance may have stored the server's retry since.
    [Fact]
    public async Task Append_CanceledWhileTheDatabaseIsUnavailable_StoresNothing()
    {
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        using var cancellation = new CancellationTokenSource();
        dialect.BeforeNext(() => CancelAndFail(cancellation));

        var append = () => other.AppendAsync(Delivery("1"), cancellation.Token);

        await append.Should().ThrowAsync<OperationCanceledException>();
        await AppendAsync(other, Delivery("2"));
        (await ClaimAsync(other)).Should().ContainSingle().Which.DocumentId.Should().Be("2");
    }

    private static void CancelAndFail(CancellationTokenSource cancellation)
    {
        cancellation.Cancel();
        throw new IOException("The database is away.");
    }

    [Fact]
    public async Task TwoEngines_OneDocument_HandleOneDeliveryAtATime()
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
    public async Task Lease_NotRenewed_IsTakenOverAndCountsAsInterrupted()
    {
        var id = await AppendAsync(Delivery("1"));
        var other = await OpenAnotherAsync();
        var old = await ClaimOneAsync();
        await CompleteAsync(old, "first");
        (await ClaimAsync(other)).Should().BeEmpty();

        await PassLeaseAsync();
        var again = await ClaimOneAsync(other);

        again.Context.DeliveryId.Should().Be(id);
        (again.Context.Attempt, again.Interruptions, again.IsTakeover).Should().Be((2, 1, true));
        again.CompletedHandlers.Should().Equal("first");
        (await HandledAsync(old)).Should().BeFalse();
        (await FinishAsync(other, again, WebSoInboxState.Handled)).Should().BeTrue();
    }

    [Fact]
    public async Task Lease_Renewed_IsNotTakenOver()
    {
        var other = await OpenAnotherAsync();
        await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();

        for (var i = 0; i < 5; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(20));
            (await Engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Renew), Token)).Should().BeTrue();
            (await ClaimAsync(other)).Should().BeEmpty();
        }

        (await HandledAsync(lease)).Should().BeTrue();
    }

    [Fact]
    public async Task Interruptions_Consecutive_AreCountedUntilAnAttemptEnds()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await PassLeaseAsync();
        await ClaimOneAsync();
        await PassLeaseAsync();
        var third = await ClaimOneAsync();
        await RetryAsync(third, TimeSpan.Zero);
        var fourth = await ClaimOneAsync();

        (third.Interruptions, third.Context.Attempt).Should().Be((2, 3));
        (fourth.Interruptions, fourth.Context.Attempt, fourth.IsTakeover).Should().Be((0, 4, false));
    }

    [Fact]
    public async Task RetryInterrupted_Takeover_KeepsInterruptionsAndCountsNoAttempt()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await PassLeaseAsync();
        var takeOver = await ClaimOneAsync();
        await Engine.UpdateLeaseAsync(new LeaseUpdate(takeOver, LeaseUpdateKind.RetryInterrupted) { Delay = TimeSpan.FromSeconds(5) }, Token);

        (await ClaimAsync()).Should().BeEmpty();
        Time.Advance(TimeSpan.FromSeconds(5));
        var again = await ClaimOneAsync();

        (again.Context.Attempt, again.Interruptions, again.IsTakeover).Should().Be((2, 1, false));
    }

    // The stop releases the lease before the worker examines it. Otherwise each stop would let the delivery start immediately, and it would
    // never become a dead letter.
    [Fact]
    public async Task Release_Takeover_NextLeaseIsATakeover()
    {
        var id = await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await PassLeaseAsync();
        var takeOver = await ClaimOneAsync();

        (await ReleaseAsync(takeOver)).Should().BeTrue();
        (await HandledAsync(takeOver)).Should().BeFalse();
        (await EntryAsync(id)).Should().BeEquivalentTo(new { State = WebSoInboxState.Pending, Attempts = 1 });
        var again = await ClaimOneAsync();

        (again.Context.Attempt, again.Interruptions, again.IsTakeover).Should().Be((2, 1, true));
    }

    // A renewal that is written together with the end must not report the lease as lost, in either order.
    [Fact]
    public async Task Renew_WrittenTogetherWithTheEnd_Succeeds()
    {
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        var id = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync(other);
        var marks = new List<Task<bool>>();
        dialect.BeforeNext(() =>
        {
            marks.Add(FinishAsync(other, lease, WebSoInboxState.Handled));
            marks.Add(other.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Renew) { Handlers = [new HandlerOutcome("first", Time.GetUtcNow(), TimeSpan.Zero)] }, Token));
        });
        await AppendAsync(other, Delivery("2"));

        (await Task.WhenAll(marks)).Should().Equal(true, true);
        (await DetailsAsync(id)).Outcomes.Select(outcome => outcome.HandlerName).Should().Equal("first", null);
    }

    // A missing permission or index is a temporary error, so no delivery becomes a dead letter.
    [Fact]
    public async Task Claim_FailsWithoutDamage_CreatesNoDeadLetter()
    {
        var dialect = new FailingReadDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        await AppendAsync(Delivery("1"));
        dialect.Fails = true;

        var claim = () => other.ClaimAsync("", 10, Token);

        await claim.Should().ThrowAsync<WebSoInboxStoreException>();
        dialect.Fails = false;
        (await ClaimOneAsync(other)).Context.Attempt.Should().Be(1);
    }

    // A stop between several handlers: the attempt does not count, and completed handlers stay completed.
    [Fact]
    public async Task Release_AfterAHandlerCompleted_KeepsItsCompletion()
    {
        await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        (await CompleteAsync(lease, "a")).Should().BeTrue();
        (await ReleaseAsync(lease)).Should().BeTrue();

        var next = await ClaimOneAsync();

        next.Context.Attempt.Should().Be(1);
        next.CompletedHandlers.Should().Equal("a");
    }
}
