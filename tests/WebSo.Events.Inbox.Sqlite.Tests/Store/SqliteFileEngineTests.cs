using System.Data.Common;
using System.Text;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Cases that only occur with a file: it is copied, replaced, locked, damaged, or left by a killed process.
public sealed class SqliteFileEngineTests : EngineContract
{
    private readonly TempFolder _folder = new();

    private string DatabasePath => _folder.File("events.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(DatabasePath));

    [Fact]
    public async Task Stop_Clean_LeavesOneCompleteFile()
    {
        await AppendAsync(Delivery("27268"));
        await Engine.Reader.GetBacklogAsync(null, Token);

        await CloseAsync(Engine);

        Directory.GetFiles(_folder.Path).Should().Equal(DatabasePath);
        TestFile.Read(DatabasePath, "SELECT count(*) FROM webso_deliveries").Should().Be(1L);
    }

    // SQLite itself truncates the log only when the last process closes the file.
    [Fact]
    public async Task Stop_FileOpenInAnotherProcess_LeavesCompleteFile()
    {
        using var other = SqliteConnections.Open(DatabasePath, SqliteOpenMode.ReadWrite);
        SqliteConnections.Execute(other, "SELECT count(*) FROM webso_deliveries");
        await AppendAsync(Delivery("27268"));

        await CloseAsync(Engine);
        File.Copy(DatabasePath, _folder.File("copy.db"));

        var copy = await OpenAsync(_folder.File("copy.db"));
        (await copy.Reader.CountAsync(null, Token)).Values.Sum().Should().Be(1);
    }

    // If the engine closed its connection, a process that starts at that moment would be the only one, and would end the leases of this
    // process.
    [Fact]
    public async Task Append_AnotherProcessWritesForLong_KeepsConnection()
    {
        var dialect = new CountingDialect(CreateDialect(Time));
        var engine = await OpenAnotherAsync(dialect);
        await AppendAsync(engine, Delivery("1"));
        var opened = dialect.Opened;
        using var other = TestFile.Lock(DatabasePath);

        var append = AppendAsync(engine, Delivery("2"));
        await Log.WaitForAsync("WriteFailed", Token);
        other.Dispose();
        await append;

        dialect.Opened.Should().Be(opened);
    }

    [Fact]
    public async Task Append_FileReplaced_StoresInNewFile()
    {
        var old = await AppendAsync(Delivery("old"));
        (await EntryAsync(old)).DocumentId.Should().Be("old", "a reader must also have the old file open");
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.Move(file, file + ".moved");

        var id = await AppendAsync(Delivery("new"));

        (await EntryAsync(id)).DocumentId.Should().Be("new");
        (await ListAsync(new WebSoInboxFilter())).Should().ContainSingle();
    }

    [Fact]
    public async Task Append_LockedFile_WaitsUntilUnlocked()
    {
        using var other = TestFile.Lock(DatabasePath);

        var append = Engine.AppendAsync(Delivery("1"), Token);
        await Task.WhenAny(append, Task.Delay(300, Token));
        append.IsCompleted.Should().BeFalse();
        other.Dispose();

        (await append).IsDuplicate.Should().BeFalse();
    }

    // Other writes in the same transaction are stored.
    [Fact(Timeout = 60_000)]
    public async Task Append_WriteRejectedByFile_FailsAlone()
    {
        TestFile.Execute(DatabasePath, "CREATE TRIGGER refuse BEFORE INSERT ON webso_deliveries WHEN new.document = 'bad' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
        using var other = TestFile.Lock(DatabasePath);

        var first = AppendAsync(Delivery("first"));
        await Log.WaitForAsync("WriteFailed", Token);
        var bad = Engine.AppendAsync(Delivery("bad"), Token);
        var good = Enumerable.Range(0, 4).Select(i => AppendAsync(Delivery($"{i}"))).ToArray();
        other.Dispose();
        await first;
        await Task.WhenAll(good);

        var append = () => bad;
        (await append.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*not this one*");
        (await CountAllAsync()).Should().Be(5);
        await CheckInvariantsAsync();
    }

    // SQLite ends the transaction itself, so the following ROLLBACK fails. The first failure must be reported.
    [Fact(Timeout = 60_000)]
    public async Task Append_TransactionEndedBySqlite_ReportsFirstFailureAndStoresNext()
    {
        TestFile.Execute(DatabasePath, "CREATE TRIGGER refuse BEFORE INSERT ON webso_deliveries WHEN new.document = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END");

        var append = () => Engine.AppendAsync(Delivery("bad"), Token);

        (await append.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*not this one*");
        await AppendAsync(Delivery("good"));
        (await CountAllAsync()).Should().Be(1);
        await CheckInvariantsAsync();
    }

    // If no other process has the file open, by any path, all earlier leases belong to ended processes.
    [Fact]
    public async Task Open_FirstProcess_EndsEarlierLeases()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await CloseAsync(Engine);

        var next = await OpenAnotherAsync();

        var lease = await ClaimOneAsync(next);
        (lease.Context.Attempt, lease.Interruptions, lease.IsTakeover).Should().Be((2, 1, true));
    }

    [Fact]
    public async Task Open_SecondProcessAlsoByLink_KeepsLeasesOfFirst()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        var link = _folder.File("link.db");
        File.CreateSymbolicLink(link, DatabasePath);

        var next = await OpenAsync(link);

        (await ClaimAsync(next)).Should().BeEmpty();
    }

    [Fact]
    public async Task Claim_DamagedRow_BecomesDeadLetterAndOthersAreHandled()
    {
        var damaged = await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));
        var other = await AppendAsync(Delivery("2"));
        TestFile.Execute(DatabasePath, "UPDATE webso_deliveries SET context = '{' WHERE sequence = 1");

        var leases = await ClaimAsync();

        leases.Select(lease => lease.Context.DeliveryId).Should().Equal(other);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(second);
        (await ListAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Select(entry => entry.DeliveryId).Should().Equal(damaged);
        await CheckInvariantsAsync();
    }

    // Writes row by row without the engine: the table rejects values that the engine can't read.
    [Fact]
    public void Table_WrongType_IsRejected()
    {
        var write = () => TestFile.Execute(DatabasePath, "INSERT INTO webso_endpoints(name, schema_version, paused, alive_at, downtime) VALUES ('x', 1, 0, 'soon', 0)");

        write.Should().Throw<SqliteException>();
    }

    [Theory]
    [InlineData("SELECT * FROM webso_pending WHERE endpoint = '' AND due_at <= 5 ORDER BY due_at, sequence LIMIT 3", "webso_pending_due")]
    [InlineData("DELETE FROM webso_pending WHERE (sequence, token) IN (SELECT r.sequence, r.token FROM (SELECT 1 AS sequence, 2 AS token) AS r)", "INTEGER PRIMARY KEY")]
    [InlineData("SELECT min(w.place) FROM webso_pending w WHERE w.endpoint = '' AND w.queue = 'x'", "webso_pending_queue")]
    [InlineData("SELECT sequence FROM webso_outcomes WHERE endpoint = '' AND state = 2 AND handler = '' AND superseded_at IS NULL AND sequence <= 9 AND ended_at < 5 ORDER BY sequence LIMIT 9", "webso_outcomes_state")]
    [InlineData("SELECT * FROM webso_deliveries d WHERE d.document = 'x' AND d.sequence < 9 ORDER BY d.sequence DESC LIMIT 9", "webso_deliveries_document")]
    public void QueryPlan_HotStatement_UsesIndex(string sql, string index)
    {
        using var connection = SqliteConnections.Open(DatabasePath, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        using var reader = command.ExecuteReader();
        var plan = new StringBuilder();
        while (reader.Read())
            plan.AppendLine(reader.GetString(3));

        plan.ToString().Should().Contain(index).And.NotContain("SCAN webso").And.NotContain("TEMP B-TREE");
    }

    private async Task<InboxEngine> OpenAsync(string path) => await OpenAnotherAsync(new SqliteDialect(new SqliteFile(path)));

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
