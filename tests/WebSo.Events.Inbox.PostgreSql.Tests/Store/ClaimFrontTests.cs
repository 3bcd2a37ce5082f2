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

    private Task<WebSoPostgreSqlInboxStore> OpenAsync() => Database.OpenAsync(timeProvider: _time, configure: options => options.UseNotifications = false);

    // Two events of a document, of which the first is claimed; and of the five documents that came later, two: the front is theirs.
    private async Task<(WebSoInboxClaim First, Guid Second)> BeginAsync(WebSoPostgreSqlInboxStore store, string endpoint = "")
    {
        await store.AppendAsync(Delivery("old", endpoint: endpoint));
        var second = await store.AppendAsync(Delivery("old", endpoint: endpoint));
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await store.AppendAsync(Delivery($"{i}", endpoint: endpoint));
        }

        var first = (await store.ClaimAsync(endpoint, 1, Token)).Claims[0];
        first.DocumentId.Should().Be("old");
        for (var i = 0; i < 2; i++)
            (await store.ClaimAsync(endpoint, 1, Token)).Claims[0].DocumentId.Should().Be($"{i}");
        return (first, second);
    }

    private static async Task<Guid> ClaimNextAsync(WebSoPostgreSqlInboxStore store, string endpoint = "") =>
        (await store.ClaimAsync(endpoint, 1, Token)).Claims[0].Context.DeliveryId;
}
