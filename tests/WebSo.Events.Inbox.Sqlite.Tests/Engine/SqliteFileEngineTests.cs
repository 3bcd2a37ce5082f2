using System.Text;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using WebSo.Events.Engine;
using WebSo.Events.Inbox.Contracts;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What only a file can be: copied, another's, replaced, open to all, of a newer version, left by a killed process.
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

    [Fact]
    public async Task Erase_LeavesNothingInAnyFile()
    {
        const string Secret = "document-4711-of-a-customer";
        await AppendAsync(Delivery(Secret, body: $$"""{"event":"USER_FINISH","document_id":"{{Secret}}"}"""));
        await HandledAsync(await ClaimOneAsync());
        await AppendAsync(Delivery(Secret));
        await AppendAsync(Delivery("another"));
        Search(Secret).Should().NotBeEmpty();

        (await Engine.EraseAsync(null, Secret, Token)).Should().Be((2, 0));

        Search(Secret).Should().BeEmpty();
        Search("another").Should().NotBeEmpty();
    }

    [Fact]
    public async Task DatabaseOfAnotherProgram_IsRefused_AndNotChanged()
    {
        var path = _folder.File("other.db");
        Execute(path, "CREATE TABLE customers(id INTEGER)");
        var before = File.ReadAllBytes(path);

        var open = () => OpenAsync(path);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*");
        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(_folder.Path, "other.db*").Should().Equal(path);
    }

    // A reader of a database with a write-ahead log creates files beside it; this one must not.
    [Fact]
    public async Task DatabaseOfAnotherProgram_WithAWriteAheadLog_IsRefused_AndNotChanged()
    {
        var path = _folder.File("other.db");
        Execute(path, "PRAGMA journal_mode=WAL");
        Execute(path, "CREATE TABLE customers(id INTEGER)");
        var before = File.ReadAllBytes(path);

        var open = () => OpenAsync(path);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*");
        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(_folder.Path, "other.db*").Should().Equal(path);
    }

    [Fact]
    public async Task FileThatIsNoDatabase_IsRefused_AndNotChanged()
    {
        var path = _folder.File("text.db");
        var text = new string('x', 5000);
        File.WriteAllText(path, text);

        var open = () => OpenAsync(path);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*no SQLite database*");
        File.ReadAllText(path).Should().Be(text);
    }

    [Fact]
    public async Task FolderThatDoesNotExist_IsNamed()
    {
        var open = () => OpenAsync(Path.Combine(_folder.Path, "missing", "events.db"));

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*missing*folder must exist*");
    }

    [Fact]
    public async Task NewFile_AlsoBehindADanglingLink_IsTheOwnersOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var link = _folder.File("link.db");
        File.CreateSymbolicLink(link, _folder.File("target.db"));

        await OpenAsync(link);

        foreach (var path in new[] { DatabasePath, _folder.File("target.db") })
            ModeOf(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task FileThatEverybodyMayRead_IsClosedToOthers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await CloseAsync(Engine);
        SetMode(DatabasePath, 0b110_110_100);

        await OpenAsync(DatabasePath);

        ModeOf(DatabasePath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public async Task FileThatEverybodyMayWrite_IsRefused_AndNotChanged()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await CloseAsync(Engine);
        SetMode(DatabasePath, 0b110_110_110);
        var before = File.ReadAllBytes(DatabasePath);

        var open = () => OpenAsync(DatabasePath);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*Every user*may write*chmod o=*");
        File.ReadAllBytes(DatabasePath).Should().Equal(before);
    }

    // The old process and the new one side by side: the old one stops writing, and says what to do.
    [Fact]
    public async Task NewerSchemaVersion_StopsARunningProcess_AndThatOfAStart()
    {
        await AppendAsync(Delivery("1"));
        Execute(DatabasePath, "UPDATE webso_endpoints SET schema_version = 2");

        var append = () => Engine.AppendAsync(Delivery("2"), Token);
        var open = () => OpenAsync(DatabasePath);

        (await append.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*schema version 2*Update this program*");
        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*schema version 2*");
        Count("webso_deliveries").Should().Be(1);
        Execute(DatabasePath, "UPDATE webso_endpoints SET schema_version = 1");
        await AppendAsync(Delivery("3"));
    }

    [Fact]
    public async Task ReplacedFile_IsNoticed_AndTheCallIsStoredInTheNewOne()
    {
        await AppendAsync(Delivery("old"));
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

    // Nobody else has the file open, by whatever path: the leases of before are of processes that have ended.
    [Fact]
    public async Task FirstProcessOnAFile_EndsTheLeasesOfBefore()
    {
        await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        await CloseAsync(Engine);

        var next = await OpenAnotherAsync();

        var lease = await ClaimOneAsync(next);
        (lease.Context.Attempt, lease.CutOffs, lease.IsTakeOver).Should().Be((2, 1, true));
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
    [InlineData("SELECT sequence FROM webso_outcomes WHERE endpoint = '' AND state = 3 AND handler = '' AND superseded_at IS NULL AND sequence <= 9 AND ended_at < 5 ORDER BY sequence LIMIT 9", "webso_outcomes_state")]
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

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? throw new NotSupportedException() : File.GetUnixFileMode(path);

    private List<string> Search(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Directory.GetFiles(_folder.Path).Where(file => Read(file).AsSpan().IndexOf(bytes) >= 0)];
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

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
}
