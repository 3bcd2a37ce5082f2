using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class SqliteBackupTests : EngineContract
{
    private readonly TempFolder _folder = new();

    private string DatabasePath => _folder.File("events.db");

    private string BackupPath => _folder.File("backup.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(DatabasePath));

    [Fact]
    public async Task Backup_WhileCallsAreStored_IsOneCompletePrivateFile()
    {
        for (var i = 0; i < 50; i++)
            await AppendAsync(Delivery($"{i}"));
        var stored = 0;
        using var stop = new CancellationTokenSource();
        var storing = Task.Run(
            async () =>
            {
                for (; !stop.IsCancellationRequested; Interlocked.Increment(ref stored))
                    await AppendAsync(Delivery("during", body: new string('x', 2000)));
            },
            Token);

        for (var i = 0; i < 5 || (Volatile.Read(ref stored) < 5 && !storing.IsCompleted); i++)
            await Engine.BackupAsync(BackupPath, canReplace: true, Token);
        await stop.CancelAsync();
        await storing;

        Directory.GetFiles(_folder.Path, "backup*").Should().Equal(BackupPath);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(BackupPath).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var restored = await OpenFileAsync(BackupPath);
        (await restored.ListAsync(new WebSoInboxFilter { DocumentId = "49" }, 10, null, Token)).Entries.Should().ContainSingle();
        await AppendAsync(restored, Delivery("later"));
    }

    [Fact]
    public async Task Backup_ExistingFile_FailsUnlessAllowed()
    {
        await AppendAsync(Delivery("1"));
        await File.WriteAllTextAsync(BackupPath, "precious", Token);

        var refused = () => Engine.BackupAsync(BackupPath, cancellationToken: Token);

        (await refused.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*backup.db*exists*another path*");
        (await File.ReadAllTextAsync(BackupPath, Token)).Should().Be("precious");
        await Engine.BackupAsync(BackupPath, canReplace: true, Token);
        (await CountAsync(await OpenFileAsync(BackupPath))).Should().Be(1);
    }

    [Fact]
    public async Task Backup_OntoItselfAlsoByLink_Fails()
    {
        await AppendAsync(Delivery("1"));
        var link = _folder.File("link.db");
        File.CreateSymbolicLink(link, DatabasePath);

        foreach (var target in new[] { DatabasePath, link })
        {
            var backup = () => Engine.BackupAsync(target, canReplace: true, Token);
            (await backup.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*in use*");
        }

        await AppendAsync(Delivery("2"));
        (await CountAllAsync()).Should().Be(2);
    }

    [Fact]
    public async Task Backup_Failure_SaysWhyAndLeavesNoFile()
    {
        var missing = () => Engine.BackupAsync(Path.Combine(_folder.Path, "missing", "backup.db"), cancellationToken: Token);
        var folder = () => Engine.BackupAsync(_folder.Path, canReplace: true, Token);

        (await missing.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*missing*");
        (await folder.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*is a folder*");
        Directory.GetFiles(_folder.Path, "*.part").Should().BeEmpty();
    }

    [Fact]
    public async Task Backup_DamagedInbox_FailsAndLeavesNoFile()
    {
        for (var i = 0; i < 50; i++)
            await AppendAsync(Delivery($"{i}", body: new string('x', 2000)));
        await CloseAsync(Engine);
        using (var file = new FileStream(DatabasePath, FileMode.Open, FileAccess.Write))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[file.Length / 4]);
        }

        var backup = () => Engine.BackupAsync(BackupPath, cancellationToken: Token);

        (await backup.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*No backup was written*damaged*");
        Directory.GetFiles(_folder.Path, "backup*").Should().BeEmpty();
    }

    // After a restore, handled events stay handled, pending events are handled, and retries are recognized as duplicates.
    [Fact]
    public async Task Restore_AfterStop_ContinuesFromBackup()
    {
        var handled = await AppendAsync(Delivery("1", key: "a"));
        await HandledAsync(await ClaimOneAsync());
        var pending = await AppendAsync(Delivery("2"));
        await Engine.BackupAsync(BackupPath, cancellationToken: Token);
        await AppendAsync(Delivery("lost"));
        await CloseAsync(Engine);

        File.Copy(BackupPath, DatabasePath, overwrite: true);
        var restored = await OpenAnotherAsync();

        (await ClaimOneAsync(restored)).Context.DeliveryId.Should().Be(pending);
        var retry = await restored.AppendAsync(Delivery("1", key: "a"), Token);
        (retry.IsDuplicate, retry.DeliveryId).Should().Be((true, handled));
        (await CountAsync(restored)).Should().Be(2);
    }

    // A log of a killed process. SQLite would apply it to the backup page by page.
    [Fact]
    public async Task Restore_BesideLogOfReplacedFile_FailsAndChangesNothing()
    {
        await AppendAsync(Delivery("1"));
        await Engine.BackupAsync(BackupPath, cancellationToken: Token);
        for (var i = 0; i < 100; i++)
            await AppendAsync(Delivery("later", body: new string('x', 5000)));
        File.Copy(DatabasePath + "-wal", _folder.File("old-wal"));
        await CloseAsync(Engine);
        File.Copy(BackupPath, DatabasePath, overwrite: true);
        File.Copy(_folder.File("old-wal"), DatabasePath + "-wal");

        var open = () => OpenAnotherAsync();

        (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*restored backup*events.db-wal*move*start again*");
        (await File.ReadAllBytesAsync(DatabasePath, Token)).Should().Equal(await File.ReadAllBytesAsync(BackupPath, Token));
        (await File.ReadAllBytesAsync(DatabasePath + "-wal", Token)).Should().Equal(await File.ReadAllBytesAsync(_folder.File("old-wal"), Token));
        File.Delete(DatabasePath + "-wal");
        (await CountAsync(await OpenAnotherAsync())).Should().Be(1);
    }

    // After a restored backup has been opened once, its log belongs to it and must be applied after a kill.
    [Fact]
    public async Task Restore_KilledAfterwards_KeepsCommittedEvents()
    {
        await AppendAsync(Delivery("1"));
        await Engine.BackupAsync(BackupPath, cancellationToken: Token);
        await CloseAsync(Engine);
        File.Copy(BackupPath, DatabasePath, overwrite: true);
        var restored = await OpenAnotherAsync();
        await AppendAsync(restored, Delivery("2"));
        var copy = _folder.File("killed.db");
        foreach (var suffix in new[] { "", "-wal" })
            File.Copy(DatabasePath + suffix, copy + suffix);

        (await CountAsync(await OpenFileAsync(copy))).Should().Be(2);
    }

    [Fact]
    public async Task Restore_BackupFromBeforeMigration_WorksWithOldProgram()
    {
        await AppendAsync(Delivery("1"));
        await Engine.BackupAsync(BackupPath, cancellationToken: Token);
        await CloseAsync(Engine);
        using (var session = CreateDialect(Time).CreateSession(SqliteConnections.OpenWriter(DatabasePath)))
            session.Execute("UPDATE webso_endpoints SET schema_version = 2");
        var refused = () => OpenAnotherAsync();
        (await refused.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*restore the backup*");

        foreach (var suffix in new[] { "", "-wal", "-shm" })
            File.Delete(DatabasePath + suffix);
        File.Copy(BackupPath, DatabasePath);

        (await ClaimOneAsync(await OpenAnotherAsync())).DocumentId.Should().Be("1");
    }

    private static async Task<long> CountAsync(InboxEngine engine) => (await engine.Reader.CountAsync(null, Token)).Values.Sum();

    private async Task<InboxEngine> OpenFileAsync(string path) => await OpenAnotherAsync(new SqliteDialect(new SqliteFile(path)));
}
