using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>The connection ends after a COMMIT was executed and before its answer came: the next attempt finds what the first wrote.</summary>
public sealed class LostCommitTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task Event_IsStoredOnce_AndCountedOnce()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var store = await OpenAsync(proxy);
        proxy.CutNextCommit();

        var result = await store.AppendAsync(Delivery(key: "a"), Token);

        proxy.Cuts.Should().Be(1);
        result.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        result.Sighting.Number.Should().Be(1);
        (await store.EntryAsync(result.DeliveryId)).Sightings.Should().Be(1);
        (await CountAsync()).Should().Be(1);
    }

    // A transaction finds that it may be a repeat, and the next counts it.
    [Theory]
    [InlineData(WebSoInboxState.Pending, 0)]
    [InlineData(WebSoInboxState.Pending, 1)]
    [InlineData(WebSoInboxState.Malformed, 0)]
    public async Task Repeat_IsCountedOnce(WebSoInboxState state, int committedBefore)
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var store = await OpenAsync(proxy);
        var id = await store.AppendAsync(Delivery(key: "a", state: state));
        await store.AppendAsync(Delivery(key: "a", state: state), Token);
        proxy.CutNextCommit(committedBefore);

        var third = await store.AppendAsync(Delivery(key: "a", state: state), Token);
        var fourth = await store.AppendAsync(Delivery(key: "a", state: state), Token);

        proxy.Cuts.Should().Be(1);
        third.DeliveryId.Should().Be(id);
        third.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
        (third.Sighting.Number, fourth.Sighting.Number).Should().Be((3, 4));
        (await store.EntryAsync(id)).Sightings.Should().Be(4);
    }

    [Fact]
    public async Task RepeatOfAnotherInstance_InBetween_IsCountedToo()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var store = await OpenAsync(proxy);
        await using var other = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery(key: "a"));
        proxy.CutNextCommit(afterOthers: 1);

        var (second, third) = (store.AppendAsync(Delivery(key: "a"), Token).AsTask(), other.AppendAsync(Delivery(key: "a"), Token).AsTask());

        new[] { (await second).Sighting.Number, (await third).Sighting.Number }.Should().BeEquivalentTo([2, 3]);
        (await store.EntryAsync(id)).Sightings.Should().Be(3);
    }

    [Fact]
    public async Task CallsOfOneEvent_ThatCameTogether_AreCountedOnceEach()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var store = await OpenAsync(proxy);
        await store.AppendAsync(Delivery("2"));
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var blocked = store.AppendAsync(Delivery("3"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var together = Enumerable.Range(0, 20).Select(_ => store.AppendAsync(Delivery(key: "a"), Token).AsTask()).ToArray();
        await session.CommitAsync();
        await blocked;
        proxy.CutNextCommit();

        var results = await Task.WhenAll(together);

        results.Select(result => result.Sighting.Number).Order().Should().Equal(Enumerable.Range(1, 20));
        (await store.EntryAsync(results[0].DeliveryId)).Sightings.Should().Be(20);
        (await CountAsync()).Should().Be(3);
    }

    [Fact]
    public async Task Marks_AreTrue_AndDoneOnce()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var store = await OpenAsync(proxy);
        var id = await store.AppendAsync(Delivery());
        var claim = await store.ClaimOneAsync();

        proxy.CutNextCommit();
        var completed = await store.CompleteHandlerAsync(claim, "first", Token);
        proxy.CutNextCommit();
        var released = await store.ReleaseAsync(claim, Token);
        var again = await store.ClaimOneAsync();
        proxy.CutNextCommit();
        var handled = await store.HandledAsync(again);

        proxy.Cuts.Should().Be(3);
        (completed, released, handled).Should().Be((true, true, true));
        again.Context.Attempt.Should().Be(1);
        again.CompletedHandlers.Should().Equal("first");
        (await store.EntryAsync(id)).State.Should().Be(WebSoInboxState.Handled);
    }

    private Task<WebSoPostgreSqlInboxStore> OpenAsync(CuttingProxy proxy) =>
        Database.OpenAsync(Server.ConnectionTo(proxy.Port), configure: options => options.UseNotifications = false);

    private Task<long> CountAsync() => Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}");
}
