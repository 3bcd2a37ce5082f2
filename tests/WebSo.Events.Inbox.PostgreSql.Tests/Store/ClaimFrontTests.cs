using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>While more is due than is asked for, a claim begins where the last one did, and what comes up before that is not overlooked.</summary>
public sealed class ClaimFrontTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task NextOfADocument_OlderThanWhatIsClaimed_IsNext()
    {
        await using var store = await OpenAsync();
        var (claim, second) = await BeginAsync(store);

        await store.HandledAsync(claim);

        (await ClaimNextAsync(store)).Should().Be(second);
    }

    [Fact]
    public async Task Released_IsNext()
    {
        await using var store = await OpenAsync();
        var (claim, _) = await BeginAsync(store);

        await store.ReleaseAsync(claim, Token);

        (await ClaimNextAsync(store)).Should().Be(claim.Context.DeliveryId);
    }

    [Fact]
    public async Task NextOfWhatAnOperatorDiscards_IsNext()
    {
        await using var store = await OpenAsync();
        var (claim, second) = await BeginAsync(store);
        await store.RetryAsync(claim, TimeSpan.FromHours(1), "later", Token);

        await store.DiscardAsync(new WebSoInboxFilter { DeliveryId = claim.Context.DeliveryId }, Token);

        (await ClaimNextAsync(store)).Should().Be(second);
    }

    [Fact]
    public async Task ReleasedByAnotherInstance_IsFoundASecondLater()
    {
        await using var store = await OpenAsync();
        await using var other = await OpenAsync();
        var (claim, _) = await BeginAsync(store);
        await other.ReleaseAsync(claim, Token);

        var soon = await ClaimNextAsync(store);
        _time.Advance(TimeSpan.FromSeconds(1));
        var then = await ClaimNextAsync(store);

        soon.Should().NotBe(claim.Context.DeliveryId, "the claim begins where the last one did");
        then.Should().Be(claim.Context.DeliveryId);
    }

    // One transaction moves the queues of two endpoints on, and the writer tells of the first of them.
    [Fact]
    public async Task NextOfADocument_OfWhichAListenerHasNotHeard_IsNextForWhoWasToldOfTheCommit()
    {
        await using var store = await OpenAsync();
        var (ofOne, ofTwo) = (await BeginAsync(store, "one"), await BeginAsync(store, "two"));
        using var hearing = new ManualResetEventSlim();
        using var subscription = store.OnWork(_ => hearing.Wait(Token));

        try
        {
            await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
            var blocked = store.AppendAsync(Delivery("blocked", state: WebSoInboxState.Unhandled), Token).AsTask();
            await session.WaitUntilOthersWaitAsync(Database.Schema);
            var handled = new[] { store.HandledAsync(ofOne.First).AsTask(), store.HandledAsync(ofTwo.First).AsTask() };
            await session.CommitAsync();
            await blocked;
            await Task.WhenAll(handled);

            (await ClaimNextAsync(store, "one")).Should().Be(ofOne.Second);
            (await ClaimNextAsync(store, "two")).Should().Be(ofTwo.Second);
        }
        finally
        {
            hearing.Set();
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ReleasedByAnotherInstance_IsFoundWhenNothingElseIsLeft(int maxCount)
    {
        await using var store = await OpenAsync();
        await using var other = await OpenAsync();
        var (claim, _) = await BeginAsync(store);
        await other.ReleaseAsync(claim, Token);

        var rest = await store.ClaimAsync("", maxCount, Token);
        var last = await store.ClaimAsync("", maxCount, Token);

        rest.Claims.Should().HaveCount(3);
        rest.NextDue.Should().Be(TimeSpan.Zero);
        last.Claims.Should().ContainSingle().Which.Context.DeliveryId.Should().Be(claim.Context.DeliveryId);
    }

    // With all that was asked for, it would have stayed behind the front until that is a second old.
    [Fact]
    public async Task ClaimThatGetsLessThanAsked_IsTheLastBehindTheFront()
    {
        await using var store = await OpenAsync();
        await using var other = await OpenAsync();
        var (claim, _) = await BeginAsync(store);
        await other.ReleaseAsync(claim, Token);
        (await store.ClaimAsync("", 4, Token)).Claims.Should().HaveCount(3);
        await store.AppendAsync(Delivery("new"));

        (await ClaimNextAsync(store)).Should().Be(claim.Context.DeliveryId);
    }

    [Fact]
    public async Task NextOfADocument_WhileAClaimIsUnderWay_IsNext()
    {
        await using var store = await OpenAsync();
        var (first, second) = await BeginAsync(store);
        await using var claim = await ClaimUnderWay.BeginAsync(this, store, "2");

        await store.HandledAsync(first);
        await claim.EndAsync();

        (await ClaimNextAsync(store)).Should().Be(second);
    }

    [Fact]
    public async Task NextOfWhatAnOperatorDiscards_WhileAClaimIsUnderWay_IsNext()
    {
        await using var store = await OpenAsync();
        var (first, second) = await BeginAsync(store);
        await store.RetryAsync(first, TimeSpan.FromHours(1), "later", Token);
        await using var claim = await ClaimUnderWay.BeginAsync(this, store, "2");

        await store.DiscardAsync(new WebSoInboxFilter { DeliveryId = first.Context.DeliveryId }, Token);
        await claim.EndAsync();

        (await ClaimNextAsync(store)).Should().Be(second);
    }

    // The one that came later has found one of them, and knows nothing of the other.
    [Fact]
    public async Task NextOfTwoDocuments_WhileAClaimIsUnderWayThatAnotherOvertakes_AreNext()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 4; i++)
            await store.AppendAsync(Delivery($"old-{i / 2}"));
        var first = await store.ClaimAsync(2);
        await MoveFrontAsync(store);
        await using var claim = await ClaimUnderWay.BeginAsync(this, store, "2");

        foreach (var handled in first)
            await store.HandledAsync(handled);
        var overtaking = await store.ClaimAsync(1);
        await claim.EndAsync();

        (await store.ClaimAsync(1)).Concat(overtaking).Select(next => next.DocumentId).Should().BeEquivalentTo("old-0", "old-1");
    }

    [Fact]
    public async Task WhatAFailedClaimHadLocked_IsNext()
    {
        await using var store = await OpenAsync();
        await BeginAsync(store);
        await using var claim = await ClaimUnderWay.BeginAsync(this, store, "2");
        (await store.ClaimAsync(1))[0].DocumentId.Should().Be("3", "what another locks is passed over");

        await claim.FailAsync();

        (await store.ClaimAsync(1))[0].DocumentId.Should().Be("2");
    }

    private Task<WebSoPostgreSqlInboxStore> OpenAsync() => Database.OpenAsync(timeProvider: _time, configure: options => options.UseNotifications = false);

    // Two events of a document, of which the first is claimed; and of the five documents that came later, two: the front is theirs.
    private async Task<(WebSoInboxClaim First, Guid Second)> BeginAsync(WebSoPostgreSqlInboxStore store, string endpoint = "")
    {
        await store.AppendAsync(Delivery("old", endpoint: endpoint));
        var second = await store.AppendAsync(Delivery("old", endpoint: endpoint));
        var first = (await store.ClaimAsync(endpoint, 1, Token)).Claims[0];
        first.DocumentId.Should().Be("old");
        await MoveFrontAsync(store, endpoint);
        return (first, second);
    }

    private async Task MoveFrontAsync(WebSoPostgreSqlInboxStore store, string endpoint = "")
    {
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await store.AppendAsync(Delivery($"{i}", endpoint: endpoint));
        }

        for (var i = 0; i < 2; i++)
            (await store.ClaimAsync(endpoint, 1, Token)).Claims[0].DocumentId.Should().Be($"{i}");
    }

    private static async Task<Guid> ClaimNextAsync(WebSoPostgreSqlInboxStore store, string endpoint = "") =>
        (await store.ClaimAsync(endpoint, 1, Token)).Claims[0].Context.DeliveryId;

    // The claim of a document: it has seen what it can claim, and waits for a lock before it ends.
    private sealed class ClaimUnderWay : IAsyncDisposable
    {
        private const int Lock = 4711;

        private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        private readonly Session _session;
        private readonly Task _claim;

        private ClaimUnderWay(Session session, WebSoPostgreSqlInboxStore store)
        {
            _session = session;
            _claim = store.ClaimAsync("", 1, _cancel.Token).AsTask();
        }

        public static async Task<ClaimUnderWay> BeginAsync(ClaimFrontTests test, WebSoPostgreSqlInboxStore store, string document)
        {
            var schema = test.Database.Schema;
            await test.Server.ExecuteAsync(
                $"""
                CREATE FUNCTION {schema}.hold() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_advisory_xact_lock({Lock}, hashtext('{schema}')); RETURN NEW; END $$;
                CREATE TRIGGER hold BEFORE UPDATE ON {test.Deliveries} FOR EACH ROW
                    WHEN (OLD.lease_until IS NULL AND NEW.lease_until IS NOT NULL AND NEW.document = '{document}') EXECUTE FUNCTION {schema}.hold();
                """);
            var claim = new ClaimUnderWay(await Session.LockAsync(test.Server, $"SELECT pg_advisory_xact_lock({Lock}, hashtext('{schema}'))"), store);
            await claim._session.WaitUntilOthersWaitAsync(schema);
            return claim;
        }

        public async Task EndAsync()
        {
            await _session.CommitAsync();
            await _claim;
        }

        public async Task FailAsync()
        {
            await _cancel.CancelAsync();
            await FluentActions.Awaiting(() => _claim).Should().ThrowAsync<OperationCanceledException>();
            await _session.CommitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _session.DisposeAsync();
            _cancel.Dispose();
        }
    }
}
