using System.Text.RegularExpressions;
using FluentAssertions;
using Npgsql;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Tables of an earlier version are led to the last, with all that they hold.</summary>
public sealed partial class MigrationTests(PostgreSqlServer server) : DatabaseTest(server)
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

    // The one that waited sees what the other has done, and does not do it once more.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task TwoInstancesAtOnce_WhereADefaultIsolationShowsOnlyWhatWasBefore_LeadThemOnce(string isolation)
    {
        await CreateVersion1Async();
        await using var session = await Session.LockAsync(Server, $"SELECT pg_advisory_xact_lock({MigrationLock()})");
        var stores = Enumerable.Range(0, 2).Select(_ => Database.OpenAsync(
            Server.ConnectionString + $";Options=-c default_transaction_isolation={isolation}", configure: options => options.OpenTimeout = TimeSpan.Zero)).ToArray();
        await session.WaitUntilOthersWaitAsync(Database.Schema, count: 2);

        await session.CommitAsync();

        foreach (var store in await Task.WhenAll(stores))
            await store.DisposeAsync();
        (await ReadVersionAsync()).Should().BeGreaterThan(1);
    }

    // As by a DBA, whose session has a default of its own: nothing is done twice, and a second run finds nothing to do.
    [Fact]
    public async Task ScriptThatSeesOnlyWhatWasBeforeAnotherHasRun_FailsBeforeItDoesAnything()
    {
        await CreateVersion1Async();
        var script = WebSoPostgreSqlSchema.CreateScript(Database.Schema);
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString + ";Options=-c default_transaction_isolation=serializable");
        await using var session = await Session.LockAsync(Server, script);
        await using var second = source.CreateCommand(script);
        var running = second.ExecuteNonQueryAsync(Token);
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.CommitAsync();

        var failure = await FluentActions.Awaiting(() => running).Should().ThrowAsync<PostgresException>();
        await second.ExecuteNonQueryAsync(Token);

        failure.Which.SqlState.Should().Be(PostgresErrorCodes.SerializationFailure);
        (await ReadVersionAsync()).Should().BeGreaterThan(1);
    }

    // As a writer of the earlier version does, which reads the events before it notes their answers: the migration holds nothing then that
    // the writer needs.
    [Fact]
    public async Task WriterAmidItsTransaction_IsNotWaitedForInACircle()
    {
        await CreateVersion1Async();
        await InsertAsync(1, "a");
        await using var session = await Session.LockAsync(Server, $"SELECT FROM {Deliveries}");
        var opening = Database.OpenAsync(configure: options => options.OpenTimeout = TimeSpan.Zero);
        await session.WaitUntilOthersWaitAsync(Database.Schema);

        await session.ExecuteAsync($"SET LOCAL lock_timeout = '5s'; INSERT INTO {Database.Schema}.answers (seq, number) VALUES (1, 1)");
        await session.CommitAsync();

        await using var store = await opening;
        (await store.AppendAsync(Delivery("1", key: "a"), Token)).Outcome.Should().Be(WebSoInboxAppendOutcome.Repeat);
    }

    // As one that makes an index of a large table.
    [Fact]
    public async Task MigrationThatTakesLongerThanACommandMay_IsNotCutOff()
    {
        await CreateVersion1Async();
        await using var session = await Session.LockAsync(Server, $"SELECT FROM {Deliveries}");
        var opening = Database.OpenAsync(Server.ConnectionString + ";Command Timeout=2", configure: options => options.OpenTimeout = TimeSpan.Zero);
        await session.WaitUntilOthersWaitAsync(Database.Schema);

        await session.ExecuteAsync("SELECT pg_sleep(2.5)");
        await session.CommitAsync();

        await (await opening).DisposeAsync();
        (await ReadVersionAsync()).Should().BeGreaterThan(1);
    }

    private string MigrationLock() => AdvisoryLock().Match(WebSoPostgreSqlSchema.CreateScript(Database.Schema)).Groups[1].Value;

    [GeneratedRegex(@"pg_advisory_xact_lock\((\d+)\)")]
    private static partial Regex AdvisoryLock();

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
