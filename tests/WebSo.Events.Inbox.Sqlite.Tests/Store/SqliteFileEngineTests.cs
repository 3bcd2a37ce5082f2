using System.Data.Common;
using System.Text;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What only a file can be: copied, replaced, locked, damaged, left by a killed process.
public sealed class SqliteFileEngineTests : EngineContract
{
    private readonly TempFolder _folder = new();

    private string DatabasePath => _folder.File("events.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(DatabasePath, allowUnsafeFileSystem: false));

    [Fact]
    public async Task CleanStop_LeavesOneCompleteFile()
    {
        await AppendAsync(Delivery("27268"));
        await Engine.Reader.GetBacklogAsync(null, Token);

        await CloseAsync(Engine);

        Directory.GetFiles(_folder.Path).Should().Equal(DatabasePath);
        Count("webso_deliveries").Should().Be(1);
    }

    // SQLite itself empties the log only when the last process closes the file.
    [Fact]
    public async Task CleanStop_WhileAnotherProcessHasTheFileOpen_LeavesItComplete()
    {
        using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=false");
        other.Open();
        Execute(other, "SELECT count(*) FROM webso_deliveries");
        await AppendAsync(Delivery("27268"));

        await CloseAsync(Engine);
        File.Copy(DatabasePath, _folder.File("copy.db"));

        var copy = await OpenAsync(_folder.File("copy.db"));
        (await copy.Reader.CountAsync(null, Token)).Values.Sum().Should().Be(1);
    }

    // Without a connection, a process that starts just then would take itself to be the only one, and end the leases of this one.
    [Fact]
    public async Task WrittenByAnotherProcessForLong_KeepsItsConnection()
    {
        var dialect = new CountingDialect(CreateDialect(Time));
        var engine = await OpenAnotherAsync(dialect);
        await AppendAsync(engine, Delivery("1"));
        var opened = dialect.Opened;
        using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=false");
        other.Open();
        Execute(other, "BEGIN IMMEDIATE");

        var append = AppendAsync(engine, Delivery("2"));
        await Log.WaitForAsync("WriteFailed", Token);
        Execute(other, "COMMIT");
        await append;

        dialect.Opened.Should().Be(opened);
    }

    [Fact]
    public async Task ReplacedFile_IsNoticed_AndTheCallIsStoredInTheNewOne()
    {
        var old = await AppendAsync(Delivery("old"));
        (await EntryAsync(old)).DocumentId.Should().Be("old", "now a reader has the old file open, too");
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.Move(file, file + ".moved");

        var id = await AppendAsync(Delivery("new"));

        (await EntryAsync(id)).DocumentId.Should().Be("new");
        (await ListAsync(new WebSoInboxFilter())).Should().ContainSingle();
    }

    [Fact]
    public async Task LockedFile_KeepsTheCallWaiting_UntilItIsFree()
    {
        using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=false");
        other.Open();
        Execute(other, "BEGIN IMMEDIATE");

        var append = Engine.AppendAsync(Delivery("1"), Token);
        await Task.WhenAny(append, Task.Delay(300, Token));
        append.IsCompleted.Should().BeFalse();
        Execute(other, "COMMIT");

        (await append).IsDuplicate.Should().BeFalse();
    }

    // In one transaction with others: those are stored.
    [Fact(Timeout = 60_000)]
    public async Task WriteThatTheFileRefuses_FailsAlone()
    {
        Execute(DatabasePath, "CREATE TRIGGER refuse BEFORE INSERT ON webso_deliveries WHEN new.document = 'bad' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        using var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=false");
        other.Open();
        Execute(other, "BEGIN IMMEDIATE");

        var first = AppendAsync(Delivery("first"));
        await Log.WaitForAsync("WriteFailed", Token);
        var bad = Engine.AppendAsync(Delivery("bad"), Token);
        var good = Enumerable.Range(0, 4).Select(i => AppendAsync(Delivery($"{i}"))).ToArray();
        Execute(other, "COMMIT");
        await first;
        await Task.WhenAll(good);

        var append = () => bad;
        (await append.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*not this one*");
        (await CountAllAsync()).Should().Be(5);
        await CheckInvariantsAsync();
    }

    // SQLite itself ends the transaction: the ROLLBACK that follows fails, and is not what went wrong.
    [Fact(Timeout = 60_000)]
    public async Task WriteThatEndsTheTransaction_ReportsItsFirstFailure_AndTheNextIsStored()
    {
        Execute(DatabasePath, "CREATE TRIGGER refuse BEFORE INSERT ON webso_deliveries WHEN new.document = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END");

        var append = () => Engine.AppendAsync(Delivery("bad"), Token);

        (await append.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*not this one*");
        await AppendAsync(Delivery("good"));
        (await CountAllAsync()).Should().Be(1);
        await CheckInvariantsAsync();
    }

    // Nobody else has the file open, by whatever path: the leases of before are of processes that have ended.
    [Fact]
    public async Task FirstProcessOnAFile_EndsTheLeasesOfBefore()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await CloseAsync(Engine);

        var next = await OpenAnotherAsync();

        var lease = await ClaimOneAsync(next);
        (lease.Context.Attempt, lease.Interruptions, lease.IsTakeover).Should().Be((2, 1, true));
    }

    [Fact]
    public async Task SecondProcessOnAFile_ByALinkToo_LeavesTheLeasesOfTheFirst()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        var link = _folder.File("link.db");
        File.CreateSymbolicLink(link, DatabasePath);

        var next = await OpenAsync(link);

        (await ClaimAsync(next)).Should().BeEmpty();
    }

    [Fact]
    public async Task DamagedRow_IsADeadLetter_AndTheOthersAreHandled()
    {
        var damaged = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));
        var other = await AppendAsync(Delivery("2"));
        Execute(DatabasePath, "UPDATE webso_deliveries SET context = '{' WHERE sequence = 1");

        var leases = await ClaimAsync();

        leases.Select(lease => lease.Context.DeliveryId).Should().Equal(other);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(second);
        (await ListAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Select(entry => entry.DeliveryId).Should().Equal(damaged);
        await CheckInvariantsAsync();
    }

    // Row by row, by hand: a table refuses what this program could not read.
    [Fact]
    public void WrongType_IsRefusedByTheTable()
    {
        var write = () => Execute(DatabasePath, "INSERT INTO webso_endpoints(name, schema_version, paused, alive_at, downtime) VALUES ('x', 1, 0, 'soon', 0)");

        write.Should().Throw<SqliteException>();
    }

    [Theory]
    [InlineData("SELECT * FROM webso_pending WHERE endpoint = '' AND due_at <= 5 ORDER BY due_at, sequence LIMIT 3", "webso_pending_due")]
    [InlineData("DELETE FROM webso_pending WHERE (sequence, token) IN (SELECT r.sequence, r.token FROM (SELECT 1 AS sequence, 2 AS token) AS r)", "INTEGER PRIMARY KEY")]
    [InlineData("SELECT min(w.place) FROM webso_pending w WHERE w.endpoint = '' AND w.queue = 'x'", "webso_pending_queue")]
    [InlineData("SELECT sequence FROM webso_outcomes WHERE endpoint = '' AND state = 2 AND handler = '' AND superseded_at IS NULL AND sequence <= 9 AND ended_at < 5 ORDER BY sequence LIMIT 9", "webso_outcomes_state")]
    [InlineData("SELECT * FROM webso_deliveries d WHERE d.document = 'x' AND d.sequence < 9 ORDER BY d.sequence DESC LIMIT 9", "webso_deliveries_document")]
    public void HotStatement_UsesItsIndex(string sql, string index)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        using var reader = command.ExecuteReader();
        var plan = new StringBuilder();
        while (reader.Read())
            plan.AppendLine(reader.GetString(3));

        plan.ToString().Should().Contain(index).And.NotContain("SCAN webso").And.NotContain("TEMP B-TREE");
    }

    private async Task<InboxEngine> OpenAsync(string path) => await OpenAnotherAsync(new SqliteDialect(new SqliteFile(path, allowUnsafeFileSystem: false)));

    private long Count(string table)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=false;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class CountingDialect(InboxDialect inner) : DelegatingDialect(inner)
    {
        private int _opened;

        public int Opened => Volatile.Read(ref _opened);

        public override DbConnection OpenWriter(bool canCreate)
        {
            Interlocked.Increment(ref _opened);
            return base.OpenWriter(canCreate);
        }
    }
}
