using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>What comes late, of an event that is gone or was written by a later attempt.</summary>
public sealed class OldNumberTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task NumberThatIsGivenAgain_AsAfterAnAsynchronousFailOver_IsNotMarkedByWhoHadIt()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery("lost"));
        var lost = await store.ClaimOneAsync();
        await Server.ExecuteAsync($"DELETE FROM {Deliveries}; ALTER SEQUENCE {Database.Schema}.positions RESTART WITH {lost.Id}");
        await store.AppendAsync(Delivery("new"));
        var claim = await store.ClaimOneAsync();

        var isMarked = await store.HandledAsync(lost);

        claim.Id.Should().Be(lost.Id);
        isMarked.Should().BeFalse();
        (await store.RenewAsync([lost], Token)).Should().ContainSingle("it is lost");
        (await store.HandledAsync(claim)).Should().BeTrue();
    }

    [Fact]
    public async Task AnswerOfAnEventThatWasRemoved_IsNotKept()
    {
        await using var store = await Database.OpenAsync();
        var first = await store.AppendAsync(Delivery("1"), Token);
        await Server.ExecuteAsync($"DELETE FROM {Deliveries}");
        var second = await store.AppendAsync(Delivery("2"), Token);

        store.MarkAnswered(first.Sighting);
        store.MarkAnswered(second.Sighting);
        await Eventually.TrueAsync(async () => (await store.EntryAsync(second.DeliveryId)).IsAnswered, "notes are written");

        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Database.Schema}.answers")).Should().Be(1);
    }

    [Theory]
    [InlineData(WebSoInboxState.Pending)]
    [InlineData(WebSoInboxState.Malformed)]
    public async Task FirstAttemptThatRunsAfterTheNext_DoesNotCountItself(WebSoInboxState state)
    {
        await using var store = await Database.OpenAsync();
        var delivery = Delivery("1", key: "a", state: state);
        var stored = await store.AppendAsync(delivery, Token);

        var late = async () => await store.AppendAsync(delivery, Token);

        await late.Should().ThrowAsync<WebSoInboxStoreException>();
        (await store.EntryAsync(stored.DeliveryId)).Sightings.Should().Be(1);
    }

    [Fact]
    public async Task Removing_DoesNotWaitForAnAnswerThatTheWriterHolds()
    {
        await using var store = await Database.OpenAsync();
        var first = await store.AppendAsync(Delivery("1", state: WebSoInboxState.Unhandled), Token);
        store.MarkAnswered(first.Sighting);
        await Eventually.TrueAsync(async () => (await store.EntryAsync(first.DeliveryId)).IsAnswered, "the note is written");
        await using var source = Npgsql.NpgsqlDataSource.Create(Server.ConnectionString);
        await using var session = await source.OpenConnectionAsync(Token);
        await using var transaction = await session.BeginTransactionAsync(Token);
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT seq FROM {Database.Schema}.answers FOR UPDATE", session, transaction);
        await hold.ExecuteNonQueryAsync(Token);

        var removed = await store.TrimUnhandledAsync("", 0, long.MaxValue, Token).AsTask().WaitAsync(TimeSpan.FromSeconds(5), Token);

        removed.Should().Be(1);
    }
}
