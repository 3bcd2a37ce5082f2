using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Files;

// The file of an inbox, with the checks before it is used.
internal sealed class SqliteFile(string path, bool allowUnsafeFileSystem = false, bool allowOtherTables = false)
{
    private readonly string _path = System.IO.Path.GetFullPath(path);

    // For tests: an in-memory database. The connections of this process share it by name while at least one of them is open.
    public bool IsInMemory { get; init; }

    public string Path => IsInMemory ? $"file:/{path}?vfs=memdb" : _path;

    public bool Exists => File.Exists(Target) && new FileInfo(Target).Length > 0;

    // A log exists while a process uses the file, and after a process was killed. Without a log, the file is complete.
    public bool HasLog => File.Exists(Target + "-wal") || File.Exists(Target + "-journal");

    // The file behind a symbolic link, because File.Exists is true for a link whose target does not exist.
    public string Target => PrivateFile.TargetOf(Path);

    // The type of the file system if it is unsafe, or null.
    public string? UnsafeFileSystem => FileSystems.FindUnsafe(System.IO.Path.GetDirectoryName(Target)!);

    public void Prepare(bool canCreate)
    {
        if (IsInMemory)
            return;

        EnsureLocal();

        // SQLite creates -wal and -shm with the mode of this file. Do not open a file that exists: on POSIX systems, closing it releases all
        // locks that SQLite holds on it in this process.
        if (!File.Exists(Target))
        {
            if (!canCreate)
                throw new WebSoInboxStoreException($"There is no inbox at {Path}. It is not created, because CreateSchema is false.");
            Create();
            return;
        }

        PrivateFile.Restrict(Path);
        EnsureIsInbox();
    }

    // Changes nothing, and leaves the permissions of the file as they are.
    public void EnsureReadable()
    {
        if (IsInMemory)
            return;

        EnsureLocal();
        if (!File.Exists(Target))
            throw new WebSoInboxStoreException($"There is no inbox at {Path}. Check the path.");
        try
        {
            EnsureIsInbox();
        }
        catch (SqliteException failure)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {Path} can't be read ({failure.Message.TrimEnd('.')}). Allow this process to read the file, and its -wal and -shm files if they exist. "
                + "If -wal exists without -shm, also allow it to write to the folder.",
                failure);
        }
    }

    // A file with a log needs SQLite's locks for a consistent read, and SQLite creates or updates -shm for them. A file without a log is read
    // without locks, which creates no file and needs no permission to write.
    public SqliteConnection OpenReader() => IsInMemory || HasLog ? SqliteConnections.OpenReader(Path) : SqliteConnections.OpenUnchanged(Target);

    // Whether a process wrote during a read without locks, so the result may be wrong.
    public bool HasMissedWrites(SqliteConnection connection) => connection is UnchangedConnection unchanged && (HasLog || unchanged.IsOutdated);

    private void EnsureLocal()
    {
        if (!allowUnsafeFileSystem && UnsafeFileSystem is { } type)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {Path} was not opened, because it is on a file system of type '{type}', where SQLite corrupts a file that two machines use. "
                + "Move the file to a local disk, or use UsePostgreSqlInbox. If only this machine uses the file and locks work, set AllowUnsafeFileSystem.");
        }
    }

    private void Create()
    {
        try
        {
            PrivateFile.Create(Target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {Path} can't be created ({failure.Message.TrimEnd('.')}). Create the folder if it does not exist, and allow this process to write to it.", failure);
        }
    }

    // Call before the first write, because opening a writer also changes the journal mode of the file.
    private void EnsureIsInbox()
    {
        if (!Exists)
            return;

        try
        {
            var log = new FileInfo(Target + "-wal");
            if (log.Exists && log.Length > 0)
                EnsureOwnLog();
            using var connection = log.Exists ? SqliteConnections.OpenReader(Path) : SqliteConnections.OpenUnchanged(Target);
            if (!allowOtherTables && SqliteConnections.HasOtherTables(connection) && SqliteConnections.ReadNumber(connection, SqliteConnections.CountEndpointTables) == 0)
            {
                throw new WebSoInboxStoreException(
                    $"The file {Path} is a SQLite database of another program. It was not changed. Pass the path of a new file to UseSqliteInbox, "
                    + "or set AllowOtherTables to create the tables of the inbox in this database.");
            }
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_NOTADB)
        {
            throw new WebSoInboxStoreException($"The file {Path} is not a SQLite database. It was not changed. Pass the path of a new file to UseSqliteInbox.", failure);
        }
    }

    // SQLite applies any log that it finds, including the log of a file that a backup has replaced.
    private void EnsureOwnLog()
    {
        using var connection = SqliteConnections.OpenUnchanged(Target);
        if (SqliteBackup.IsUnopened(connection))
        {
            throw new WebSoInboxStoreException(
                $"The file {Path} is a restored backup, but {Target}-wal belongs to the file that the backup replaced, and SQLite would corrupt the backup with it. Nothing was changed. "
                + $"Stop every process that uses the inbox, move {Target}-wal and {Target}-shm to another folder, and start again.");
        }
    }
}
