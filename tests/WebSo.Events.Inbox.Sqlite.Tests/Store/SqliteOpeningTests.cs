using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// The checks before a file is used.
public sealed class SqliteOpeningTests : EngineContract
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
    public async Task Open_DatabaseOfAnotherProgram_FailsAndChangesNothing()
    {
        var path = _folder.File("other.db");
        TestFile.Execute(path, "CREATE TABLE customers(id INTEGER)");
        var before = File.ReadAllBytes(path);

        var open = () => OpenAsync(path);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*");
        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(_folder.Path, "other.db*").Should().Equal(path);
    }

    // Reading a database with a write-ahead log normally creates files beside it, which must not happen here.
    [Fact]
    public async Task Open_DatabaseOfAnotherProgramWithLog_FailsAndChangesNothing()
    {
        var path = _folder.File("other.db");
        TestFile.Execute(path, "PRAGMA journal_mode=WAL");
        TestFile.Execute(path, "CREATE TABLE customers(id INTEGER)");
        var before = File.ReadAllBytes(path);

        var open = () => OpenAsync(path);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*");
        File.ReadAllBytes(path).Should().Equal(before);
        Directory.GetFiles(_folder.Path, "other.db*").Should().Equal(path);
    }

    [Fact]
    public async Task Open_NotADatabase_FailsAndChangesNothing()
    {
        var path = _folder.File("text.db");
        var text = new string('x', 5000);
        File.WriteAllText(path, text);

        var open = () => OpenAsync(path);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*not a SQLite database*");
        File.ReadAllText(path).Should().Be(text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_UnsafeFileSystem_FailsUnlessAllowed(bool isLinked)
    {
        using var folder = new FuseFolder();
        var path = Path.Combine(folder.Path, "events.db");
        if (isLinked)
            path = File.CreateSymbolicLink(_folder.File("link.db"), path).FullName;

        var refused = () => OpenAsync(path);
        var allowed = () => OpenAnotherAsync(new SqliteDialect(new SqliteFile(path, allowUnsafeFileSystem: true)));

        (await refused.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*file system of type 'fuse*UsePostgreSqlInbox*AllowUnsafeFileSystem*");
        (await allowed.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*can't be created*", "the file system is accepted, but has no server");
    }

    [Fact]
    public async Task Open_MissingFolder_NamesIt()
    {
        var open = () => OpenAsync(Path.Combine(_folder.Path, "missing", "events.db"));

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*missing*Create the folder*");
    }

    [Fact]
    public async Task Open_NewFileAlsoBehindLink_IsPrivateToOwner()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var link = _folder.File("link.db");
        File.CreateSymbolicLink(link, _folder.File("target.db"));

        await OpenAsync(link);

        foreach (var path in new[] { DatabasePath, _folder.File("target.db") })
            ModeOf(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Open_WorldReadableFile_RemovesPermissionsOfOthers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await CloseAsync(Engine);
        SetMode(DatabasePath, 0b110_110_100);

        await OpenAsync(DatabasePath);

        ModeOf(DatabasePath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public async Task Open_WorldWritableFile_FailsAndChangesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await CloseAsync(Engine);
        SetMode(DatabasePath, 0b110_110_110);
        var before = File.ReadAllBytes(DatabasePath);

        var open = () => OpenAsync(DatabasePath);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*every user*can write*chmod o=*");
        File.ReadAllBytes(DatabasePath).Should().Equal(before);
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_LockedFile_WaitsAndLogsOnce()
    {
        await CloseAsync(Engine);
        using var other = SqliteConnections.Open(DatabasePath, SqliteOpenMode.ReadWrite);
        SqliteConnections.Execute(other, "PRAGMA locking_mode=EXCLUSIVE");
        SqliteConnections.Execute(other, "BEGIN EXCLUSIVE");

        var opening = OpenAnotherAsync();
        var line = await Log.WaitForAsync("WriteFailed", Token);
        opening.IsCompleted.Should().BeFalse();
        SqliteConnections.Execute(other, "COMMIT");
        other.Close();
        await opening;

        line.Should().Contain("events.db").And.Contain("Another process has locked the file");
        Log.Messages("WriteFailed").Should().ContainSingle();
        Log.Messages("WriteRecovered").Should().ContainSingle();
    }

    [Fact(Timeout = 60_000)]
    public async Task Open_LockedFile_CanBeCanceled()
    {
        await CloseAsync(Engine);
        using var other = SqliteConnections.Open(DatabasePath, SqliteOpenMode.ReadWrite);
        SqliteConnections.Execute(other, "PRAGMA locking_mode=EXCLUSIVE");
        SqliteConnections.Execute(other, "BEGIN EXCLUSIVE");
        using var stop = new CancellationTokenSource();

        var opening = CreateEngine().OpenAsync(stop.Token);
        await Log.WaitForAsync("WriteFailed", Token);
        await stop.CancelAsync();

        var open = () => opening;
        await open.Should().ThrowAsync<OperationCanceledException>();
    }

    // After some failures, SQLite ends the transaction itself and the following ROLLBACK fails. The first failure must be reported.
    [Fact]
    public async Task Open_SchemaFails_ReportsFirstFailure()
    {
        var dialect = new FailingSchemaDialect(new SqliteDialect(new SqliteFile(_folder.File("new.db"))));

        var open = () => OpenAnotherAsync(dialect);

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*no such table: missing*");
    }

    // Durability depends on these settings. Without a temporary folder (read-only root file system), SQLite can only sort in memory.
    [Theory]
    [InlineData("synchronous", 2)]
    [InlineData("temp_store", 2)]
    [InlineData("secure_delete", 1)]
    [InlineData("fullfsync", 1)]
    [InlineData("checkpoint_fullfsync", 1)]
    [InlineData("auto_vacuum", 2)]
    public void OpenWriter_NewFile_HasDurableSettings(string setting, long value)
    {
        using var connection = SqliteConnections.OpenWriter(DatabasePath);
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {setting}";

        command.ExecuteScalar().Should().Be(value);
    }

    [Fact]
    public void OpenReader_ExistingFile_SortsInMemoryAndCannotWrite()
    {
        using var connection = SqliteConnections.OpenReader(DatabasePath);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA temp_store";
        var write = () => SqliteConnections.Execute(connection, "DELETE FROM webso_deliveries");

        command.ExecuteScalar().Should().Be(2L);
        write.Should().Throw<SqliteException>();
    }

    private sealed class FailingSchemaDialect(InboxDialect inner) : DelegatingDialect(inner)
    {
        public override IReadOnlyList<string> ExtraSchema => ["ROLLBACK", "DELETE FROM missing"];
    }

    private async Task<InboxEngine> OpenAsync(string path) => await OpenAnotherAsync(new SqliteDialect(new SqliteFile(path)));

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? throw new NotSupportedException() : File.GetUnixFileMode(path);
}
