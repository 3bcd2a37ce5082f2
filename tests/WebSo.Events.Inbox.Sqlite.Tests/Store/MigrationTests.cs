using FluentAssertions;
using Microsoft.Data.Sqlite;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A file of an earlier version is led to this one when it is opened, and everything in it goes on.
public sealed class MigrationTests : IDisposable
{
    // As version 1 made it; never to be changed.
    private const string Version1 = """
        CREATE TABLE inbox(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sequence INTEGER NOT NULL,
            epoch INTEGER NOT NULL);
        INSERT INTO inbox(id, sequence, epoch) VALUES (1, 0, 0);
        CREATE TABLE endpoints(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            paused INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE deliveries(
            seq INTEGER PRIMARY KEY,
            position INTEGER NOT NULL,
            endpoint INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            token INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            first_attempt_at INTEGER,
            settled_at INTEGER,
            is_replay INTEGER NOT NULL DEFAULT 0,
            key_day INTEGER,
            repeat_key BLOB,
            sightings INTEGER NOT NULL DEFAULT 1,
            answered INTEGER NOT NULL DEFAULT 0,
            last_seen_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            delivery_id BLOB NOT NULL,
            event TEXT NOT NULL,
            document TEXT NOT NULL,
            path TEXT NOT NULL,
            query TEXT NOT NULL,
            route_values TEXT,
            remote_address TEXT,
            correlation_id TEXT,
            last_error TEXT,
            body_length INTEGER NOT NULL,
            body BLOB NOT NULL);
        CREATE TABLE completions(
            seq INTEGER NOT NULL,
            handler TEXT NOT NULL,
            PRIMARY KEY (seq, handler)) WITHOUT ROWID;
        CREATE UNIQUE INDEX deliveries_id ON deliveries(delivery_id);
        CREATE INDEX deliveries_key ON deliveries(key_day, repeat_key) WHERE repeat_key IS NOT NULL;
        CREATE INDEX deliveries_due ON deliveries(endpoint, due_at, position) WHERE state = 0;
        CREATE INDEX deliveries_handling ON deliveries(endpoint) WHERE state = 2;
        CREATE INDEX deliveries_queue ON deliveries(endpoint, document, position) WHERE state <= 2;
        CREATE INDEX deliveries_pending ON deliveries(endpoint, received_at) WHERE state <= 2;
        CREATE INDEX deliveries_settled ON deliveries(endpoint, state, settled_at) WHERE state >= 3;
        CREATE INDEX deliveries_malformed ON deliveries(body_length) WHERE state = 6;
        CREATE INDEX deliveries_received ON deliveries(received_at);
        CREATE INDEX deliveries_document ON deliveries(document);
        PRAGMA application_id=1465085765;
        PRAGMA user_version=1
        """;

    private const string Columns =
        "INSERT INTO deliveries(seq, position, endpoint, state, due_at, token, settled_at, last_seen_at, received_at, delivery_id, event, document, path, query, body_length, body) VALUES ";

    private const long OldToken = (7L << 40) + 3;

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Version1_IsLedToTheLast_AndWhatItHoldsGoesOn()
    {
        Execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL");
        Execute(Version1);
        Execute("UPDATE inbox SET sequence = 3, epoch = 7; INSERT INTO endpoints(name) VALUES ('')");
        Execute(Row(1, state: 2, document: "1") + Row(2, state: 1, document: "1") + Row(3, state: 5, document: "2"));
        await using var store = new SqliteInboxStore(_folder.File());

        await store.OpenAsync(Token);
        var claim = await store.ClaimOneAsync();
        await store.HandledAsync(claim);
        var next = await store.ClaimOneAsync();
        await store.AppendAsync(Delivery("3", endpoint: "b"));
        var counts = await store.CountAsync(null, Token);

        (claim.Id, next.Id).Should().Be((1, 2));
        claim.Token.Should().BeGreaterThan(OldToken, "what the process before wrote with its token must not count");
        counts.Should().BeEquivalentTo(new Dictionary<WebSoInboxState, long>
        {
            [WebSoInboxState.Handled] = 1,
            [WebSoInboxState.Handling] = 1,
            [WebSoInboxState.Unhandled] = 1,
            [WebSoInboxState.Pending] = 1,
        });
        TestFile.Read(_folder.File(), "PRAGMA integrity_check").Should().Be("ok");
    }

    [Fact]
    public async Task Version1_HasTheSameTablesAsANewFile()
    {
        Execute(Version1);
        await using (var old = new SqliteInboxStore(_folder.File()))
            await old.OpenAsync(Token);
        await using (var store = new SqliteInboxStore(_folder.File("new.db")))
            await store.OpenAsync(Token);

        const string Schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)";
        TestFile.Read(_folder.File(), Schema).Should().Be(TestFile.Read(_folder.File("new.db"), Schema));
        TestFile.Read(_folder.File(), "PRAGMA user_version").Should().Be(TestFile.Read(_folder.File("new.db"), "PRAGMA user_version"));
    }

    [Fact]
    public async Task Version1_WhatWasAnswered_IsStillKnownToBe()
    {
        Execute(Version1);
        Execute("UPDATE inbox SET sequence = 2; INSERT INTO endpoints(name) VALUES ('')");
        Execute(Row(1, state: 3, document: "1") + Row(2, state: 3, document: "2"));
        var now = DateTimeOffset.UtcNow;
        Execute($"UPDATE deliveries SET answered = 2 - seq, last_seen_at = {now.AddMinutes(-10).Ticks}, repeat_key = x'{Convert.ToHexString(Key("a"))}'");
        await using var store = new SqliteInboxStore(_folder.File());
        await store.OpenAsync(Token);

        var answered = await store.AppendAsync(Delivery("1", key: "a"), Token);
        var unanswered = await store.AppendAsync(Delivery("2", key: "a"), Token);

        answered.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored, "the answer went out, and its window is over");
        unanswered.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
    }

    [Fact]
    public async Task Version1_WhatItHolds_IsFoundByItsTime()
    {
        Execute(Version1);
        Execute("UPDATE inbox SET sequence = 3; INSERT INTO endpoints(name) VALUES ('')");
        Execute(Row(1, state: 3, document: "1") + Row(2, state: 3, document: "2") + Row(3, state: 3, document: "3"));
        var day = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        Execute($"UPDATE deliveries SET received_at = {day.Ticks} + CASE seq WHEN 2 THEN {3 * TimeSpan.TicksPerMinute} ELSE seq END");
        await using var store = new SqliteInboxStore(_folder.File());
        await store.OpenAsync(Token);

        var found = await store.ListAsync(
            new WebSoInboxFilter { ReceivedFrom = day, ReceivedBefore = day.AddMinutes(3) }, 10, null, Token);

        found.Entries.Select(entry => entry.DocumentId).Should().Equal("3", "1");
    }

    [Fact]
    public async Task ProgramOfVersion4_CanNoLongerJudgeRepeats()
    {
        await using (var store = new SqliteInboxStore(_folder.File()))
            await store.OpenAsync(Token);

        var find = () => TestFile.Read(_folder.File(), "SELECT seq, state, sightings, answered, last_seen_at, delivery_id FROM deliveries WHERE document = '1' AND repeat_key = x'00' ORDER BY seq DESC LIMIT 1");

        find.Should().Throw<SqliteException>().WithMessage("*no such column: answered*");
    }

    [Fact]
    public async Task ProgramOfVersion5_CanNoLongerStore()
    {
        await using (var store = new SqliteInboxStore(_folder.File()))
            await store.OpenAsync(Token);

        var insert = () => Execute(Row(1, state: 0, document: "1"));

        insert.Should().Throw<SqliteException>().WithMessage("*no column named path*");
    }

    [Fact]
    public async Task FileOfAnEarlierVersion_IsLeftAsItIs_WithoutCreateSchema()
    {
        Execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL");
        Execute(Version1);
        await using var store = new SqliteInboxStore(_folder.File()) { CreateSchema = false };

        var open = () => store.OpenAsync(Token);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*schema version 1, this program needs*start that in this version first*");
        TestFile.Read(_folder.File(), "PRAGMA user_version").Should().Be(1L);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("9e999")]
    [InlineData("'12.5abc'")]
    [InlineData("'abc'")]
    [InlineData("-1")]
    public async Task Version1_WithATimeThatIsNone_IsLedToTheLast(string time)
    {
        Execute(Version1);
        Execute("UPDATE inbox SET sequence = 1; INSERT INTO endpoints(name) VALUES ('')");
        Execute(Row(1, state: 3, document: "1"));
        Execute($"UPDATE deliveries SET received_at = {time}");
        await using var store = new SqliteInboxStore(_folder.File());

        await store.OpenAsync(Token);

        await store.AppendAsync(Delivery());
    }

    [Theory]
    [InlineData(false, "There is no inbox at *")]
    [InlineData(true, "*is no inbox*")]
    public async Task MissingOrEmptyFile_IsNotMadeAnInbox_WithoutCreateSchema(bool isEmpty, string message)
    {
        if (isEmpty)
            await File.WriteAllBytesAsync(_folder.File(), [], Token);
        await using var store = new SqliteInboxStore(_folder.File()) { CreateSchema = false };

        var open = () => store.OpenAsync(Token);

        await open.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage(message);
        File.Exists(_folder.File()).Should().Be(isEmpty);
    }

    [Fact]
    public async Task FileOfThisVersion_IsOpened_WithoutCreateSchema()
    {
        await using (var store = new SqliteInboxStore(_folder.File()))
            await store.OpenAsync(Token);
        await using var other = new SqliteInboxStore(_folder.File()) { CreateSchema = false };

        await other.OpenAsync(Token);

        await other.AppendAsync(Delivery());
    }

    private static string Row(int sequence, int state, string document) =>
        Columns + $"({sequence}, {sequence}, 1, {state}, 630822816000000000, {OldToken}, 630822816000000000, 630822816000000000, "
            + $"630822816000000000, randomblob(16), 'USER_FINISH', '{document}', '/', '', 2, x'7B7D');";

    private void Execute(string sql) => TestFile.Execute(_folder.File(), sql);
}
