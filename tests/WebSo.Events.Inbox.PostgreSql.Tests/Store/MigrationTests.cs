using FluentAssertions;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Tables of an earlier version are led to the last, with all that they hold.</summary>
public sealed class MigrationTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task TablesOfVersion1_AreLedToTheLast_AndKeepTheirEventsAndAnswers()
    {
        await CreateVersion1Async();
        var (answered, open) = (await InsertAsync(1, "a"), await InsertAsync(2, "b"));
        await Server.ExecuteAsync($"INSERT INTO {Database.Schema}.answers (seq, number) VALUES (1, 1)");

        await using var store = await Database.OpenAsync();
        var repeats = new[] { await store.AppendAsync(Delivery("1", key: "a"), Token), await store.AppendAsync(Delivery("2", key: "b"), Token) };

        (await ReadVersionAsync()).Should().BeGreaterThan(1);
        repeats.Select(repeat => (repeat.DeliveryId, repeat.Outcome)).Should().Equal(
            (answered, WebSoInboxAppendOutcome.Repeat), (open, WebSoInboxAppendOutcome.RepeatOfUnanswered));
        (await ReadIndexesAsync(Database.Schema)).Should().Contain(index => index.Contains("(key_day, repeat_key, ((seq + 0)))", StringComparison.Ordinal)).And.Contain(index => index.Contains("answers_runs", StringComparison.Ordinal));
    }

    // What the script does up to its second version.
    private async Task CreateVersion1Async()
    {
        var script = WebSoPostgreSqlSchema.CreateScript(Database.Schema);
        await Server.ExecuteAsync(script[..script.IndexOf("IF current_version < 2 THEN", StringComparison.Ordinal)] + "END $webso$;");
        (await ReadVersionAsync()).Should().Be(1);
    }

    private Task<Guid> InsertAsync(int seq, string key) => Server.ReadAsync<Guid>(
        $"""
        INSERT INTO {Deliveries} (seq, position, queue_key, due_at, received_at, last_seen_at, delivery_id, repeat_key, key_day, sightings, body_length,
            state, endpoint, event, document, path, query, body)
        VALUES (nextval('{Database.Schema}.positions'), {seq}, {seq}, now(), now(), now(), gen_random_uuid(), '{new Guid(Key(key), bigEndian: true)}',
            floor(extract(epoch FROM now()) / 86400), 1, 2, 0, '', 'USER_FINISH', '{seq}', '/webso/events', '', convert_to('x', 'UTF8'))
        RETURNING delivery_id
        """);

    private Task<int> ReadVersionAsync() => Server.ReadAsync<int>($"SELECT version FROM {Database.Schema}.schema_version");

    private Task<string[]> ReadIndexesAsync(string schema) => Server.ReadAsync<string[]>(
        $"SELECT array_agg(replace(indexdef, '{schema}', 's') ORDER BY indexname) FROM pg_indexes WHERE schemaname = '{schema}'");
}
