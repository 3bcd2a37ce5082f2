using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>What may repeat something is left out of the transaction with what can't, and is written by the next.</summary>
public sealed class PostponedRepeatTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task RepeatAmongFreshEvents_IsCounted_AndTheyAreStored()
    {
        await using var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery("1", key: "a"));

        var results = await AppendTogetherAsync(store, Delivery("2", key: "b"), Delivery("1", key: "a"), Delivery("3", key: "c"));

        results.Select(result => result.Outcome).Should().Equal(
            WebSoInboxAppendOutcome.Stored, WebSoInboxAppendOutcome.RepeatOfUnanswered, WebSoInboxAppendOutcome.Stored);
        results[1].Should().BeEquivalentTo(new { DeliveryId = id, Sighting = new { Number = 2 } });
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}")).Should().Be(4, "with the one that the others waited behind");
    }

    // It has the key of an event whose window is over, so it is stored: before what came after it.
    [Fact]
    public async Task NoRepeatAfterAll_WithANextOfItsDocumentBesideIt_KeepsItsPlace()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery("2", key: "a"));

        var results = await AppendTogetherAsync(store, AfterTheWindow("1", "a"), Delivery("1", key: "b"));

        results.Should().OnlyContain(result => result.Outcome == WebSoInboxAppendOutcome.Stored);
        (await ReadOrderAsync("1")).Should().Equal(results.Select(result => result.DeliveryId));
    }

    [Fact]
    public async Task NoRepeatAfterAll_WithANextOfItsDocumentBehindIt_KeepsItsPlace()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery("2", key: "a"));
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var first = store.AppendAsync(AfterTheWindow("1", "a"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var second = store.AppendAsync(Delivery("1", key: "b"), Token).AsTask();

        await session.CommitAsync();

        var results = await Task.WhenAll(first, second);
        (await ReadOrderAsync("1")).Should().Equal(results.Select(result => result.DeliveryId));
    }

    // What was taken with it and does not fit into its transaction came later too.
    [Fact]
    public async Task NoRepeatAfterAll_WithANextOfItsDocumentInALaterTransaction_KeepsItsPlace()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery("2", key: "a"));

        var results = await AppendTogetherAsync(
            store, AfterTheWindow("1", "a"), Delivery("3", body: new string('x', 1024 * 1024)), Delivery("1", key: "b"));

        (await ReadOrderAsync("1")).Should().Equal(results[0].DeliveryId, results[2].DeliveryId);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task RepeatOfWhatWasSeenOnAnotherDay_AsAfterMidnightOrAStepBackOfTheClock_IsCounted(int days)
    {
        await using var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery(key: "a"));
        await Server.ExecuteAsync($"UPDATE {Deliveries} SET key_day = key_day + {days}");

        var repeat = await store.AppendAsync(Delivery(key: "a"), Token);

        repeat.DeliveryId.Should().Be(id);
        repeat.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
    }

    [Fact]
    public async Task CallerThatGaveUpMeanwhile_IsNotCounted()
    {
        await using var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery("1", key: "a"));
        using var giveUp = new CancellationTokenSource();
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var repeat = store.AppendAsync(Delivery("1", key: "a"), giveUp.Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);

        await giveUp.CancelAsync();
        await session.CommitAsync();

        await repeat.Invoking(call => call).Should().ThrowAsync<OperationCanceledException>();
        await store.ProbeAsync(Token);
        (await store.EntryAsync(id)).Sightings.Should().Be(1);
    }

    [Fact]
    public async Task StoreThatIsClosed_WritesThemFirst()
    {
        var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery("1", key: "a"));
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var repeat = store.AppendAsync(Delivery("1", key: "a"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var closed = store.DisposeAsync().AsTask();

        await session.CommitAsync();
        await closed;

        (await repeat).DeliveryId.Should().Be(id);
    }

    private static WebSoInboxAppend AfterTheWindow(string document, string key)
    {
        var delivery = Delivery(document, key);
        return new WebSoInboxAppend
        {
            Context = delivery.Context,
            EventName = delivery.EventName,
            DocumentId = delivery.DocumentId,
            State = delivery.State,
            RepeatKey = delivery.RepeatKey,
        };
    }

    // All in one transaction: while another is under way, they gather.
    private async Task<WebSoInboxAppendResult[]> AppendTogetherAsync(WebSoPostgreSqlInboxStore store, params WebSoInboxAppend[] deliveries)
    {
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var blocked = store.AppendAsync(Delivery("blocked"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var together = deliveries.Select(delivery => store.AppendAsync(delivery, Token).AsTask()).ToArray();
        await session.CommitAsync();
        await blocked;
        return await Task.WhenAll(together);
    }

    private Task<Guid[]> ReadOrderAsync(string document) =>
        Server.ReadAsync<Guid[]>($"SELECT array_agg(delivery_id ORDER BY position) FROM {Deliveries} WHERE document = '{document}'");
}
