using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// The tables of an inbox in the database of an application.
public sealed class SqliteOtherTablesTests : EngineContract
{
    private readonly TempFolder _folder = new();

    private string DatabasePath => _folder.File("application.db");

    public override async ValueTask InitializeAsync()
    {
        TestFile.Execute(
            DatabasePath,
            "PRAGMA user_version=7; PRAGMA application_id=4711; CREATE TABLE customers(name TEXT); INSERT INTO customers VALUES ('Ada'), ('Bob'); DELETE FROM customers WHERE name = 'Ada'");
        Engine = await OpenAnotherAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        CheckTheApplication();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(DatabasePath, allowOtherTables: true));

    [Fact]
    public async Task Inbox_InDatabaseWithOtherTables_HandlesAndRestarts()
    {
        await AppendAsync(Delivery("1"));
        await HandledAsync(await ClaimOneAsync());
        await AppendAsync(Delivery("2"));
        await CloseAsync(Engine);
        CheckTheApplication();
        TestFile.Execute(DatabasePath, "INSERT INTO customers VALUES ('Eve'); DELETE FROM customers WHERE name = 'Eve'");

        var engine = await OpenAnotherAsync();

        (await ClaimOneAsync(engine)).DocumentId.Should().Be("2");
        (await engine.Reader.CountAsync(null, Token)).Should().Contain(WebSoInboxState.Handled, 1);
    }

    // A long transaction of the application blocks calls like any other writer.
    [Fact(Timeout = 60_000)]
    public async Task Append_TransactionOfApplication_WaitsUntilItEnds()
    {
        Task<Guid> append;
        using (TestFile.Lock(DatabasePath))
        {
            append = AppendAsync(Delivery("1"));
            await Log.WaitForAsync("WriteFailed", Token);
            append.IsCompleted.Should().BeFalse();
        }

        (await EntryAsync(await append)).DocumentId.Should().Be("1");
    }

    [Fact]
    public async Task Open_ExistingInboxWithoutOption_Succeeds()
    {
        await CloseAsync(Engine);

        var engine = await OpenAnotherAsync(new SqliteDialect(new SqliteFile(DatabasePath)));

        await AppendAsync(engine, Delivery("1"));
    }

    [Fact]
    public async Task Backup_OtherTables_FailsAndLeavesNoFile()
    {
        var backup = () => Engine.BackupAsync(_folder.File("backup.db"), cancellationToken: Token);

        (await backup.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*No backup was written*tables of another program*application_id*VACUUM INTO*");
        Directory.GetFiles(_folder.Path, "backup*").Should().BeEmpty();
    }

    [Fact]
    public async Task Erase_OtherTables_DoesNotRewriteAndReturnsAdvice()
    {
        await AppendAsync(Delivery("1"));

        var (erased, _, traces) = await Engine.EraseAsync(null, "1", Token);

        erased.Should().Be(1);
        traces.Should().Contain("tables of another program");
    }

    [Fact]
    public async Task UseSqliteInbox_AllowOtherTables_IsApplied()
    {
        var path = _folder.File("other.db");
        TestFile.Execute(path, "CREATE TABLE customers(name TEXT)");
        var refused = () => SqliteInbox.CreateEngine(path, new WebSoSqliteOptions(), Time, Log).OpenAsync(Token);

        (await refused.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*not changed*AllowOtherTables*");
        await using var engine = SqliteInbox.CreateEngine(path, new WebSoSqliteOptions { AllowOtherTables = true }, Time, Log);
        await engine.OpenAsync(Token);
        await AppendAsync(engine, Delivery("1"));
    }

    [Fact]
    public async Task Open_ApplicationWithFullAutoVacuum_KeepsIt()
    {
        var path = _folder.File("full.db");
        TestFile.Execute(path, "PRAGMA auto_vacuum=FULL; CREATE TABLE customers(name TEXT)");

        await OpenAnotherAsync(new SqliteDialect(new SqliteFile(path, allowOtherTables: true)));

        TestFile.Read(path, "PRAGMA auto_vacuum").Should().Be(1L);
    }

    [Fact]
    public async Task Open_OtherTableWithThePrefix_FailsWithoutOption()
    {
        var path = _folder.File("prefix.db");
        TestFile.Execute(path, "CREATE TABLE webso_customers(name TEXT)");
        var open = () => OpenAnotherAsync(new SqliteDialect(new SqliteFile(path)));

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*AllowOtherTables*");
    }

    private void CheckTheApplication()
    {
        TestFile.Read(DatabasePath, "SELECT group_concat(rowid || name) FROM customers").Should().Be("2Bob");
        TestFile.Read(DatabasePath, "PRAGMA user_version").Should().Be(7L);
        TestFile.Read(DatabasePath, "PRAGMA application_id").Should().Be(4711L);
        TestFile.Read(DatabasePath, "PRAGMA integrity_check").Should().Be("ok");
    }
}
