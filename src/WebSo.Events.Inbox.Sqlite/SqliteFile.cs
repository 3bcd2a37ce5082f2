using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// The file of an inbox, and whether it may be used as one.
internal sealed class SqliteFile(string path, bool allowUnsafeFileSystem, bool allowOtherTables = false)
{
    private readonly string _path = System.IO.Path.GetFullPath(path);

    // For tests: no file, but a name by which the connections of this process share a database, as long as one of them is open.
    public bool IsInMemory { get; init; }

    public string Path => IsInMemory ? $"file:/{path}?vfs=memdb" : _path;

    public bool Exists => File.Exists(Target) && new FileInfo(Target).Length > 0;

    // Of a process that uses the file, or was killed. Without one, all that is stored is in the file itself.
    public bool HasLog => File.Exists(Target + "-wal") || File.Exists(Target + "-journal");

    // A symbolic link to a file that does not exist is, itself, a file that does.
    public string Target => PrivateFile.TargetOf(Path);

    // The type of its file system, if that is none to rely on.
    public string? UnsafeFileSystem => FileSystems.FindUnsafe(System.IO.Path.GetDirectoryName(Target)!);

    public void Prepare(bool canCreate)
    {
        if (IsInMemory)
            return;

        EnsureLocal();

        // SQLite gives its other files the mode of this one. One that exists must not be opened here: to close it would release all
        // locks that SQLite holds on it in this process (POSIX).
        if (!File.Exists(Target))
        {
            if (!canCreate)
                throw new WebSoInboxStoreException($"There is no inbox at {Path}, and none is created because CreateSchema is off.");
            Create();
            return;
        }

        PrivateFile.Restrict(Path);
        EnsureOurs();
    }

    // Leaves also the rights of the file as they are.
    public void EnsureReadable()
    {
        if (IsInMemory)
            return;

        EnsureLocal();
        if (!File.Exists(Target))
            throw new WebSoInboxStoreException($"There is no inbox at {Path}.");
        try
        {
            EnsureOurs();
        }
        catch (SqliteException failure)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {Path} can't be read: {failure.Message} This process must be allowed to read the file, and -wal and -shm beside it if they exist; "
                + "where -wal exists without -shm, also to write to the folder.",
                failure);
        }
    }

    // Beside a log, SQLite's own locks make what is read consistent, and SQLite makes or updates -shm for them. A file that nobody writes is read
    // without them: that creates nothing, and needs no right to write.
    public SqliteConnection OpenReader() => IsInMemory || HasLog ? SqliteConnections.OpenReader(Path) : SqliteConnections.OpenUnchanged(Target);

    // Whether what a connection has read may be wrong, since somebody wrote meanwhile.
    public bool HasMissedWrites(SqliteConnection connection) => connection is UnchangedConnection unchanged && (HasLog || unchanged.IsOutdated);

    private void EnsureLocal()
    {
        if (!allowUnsafeFileSystem && UnsafeFileSystem is { } type)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {Path} is on a file system of type '{type}', whose locks two machines can't rely on: SQLite destroys a file that is used so. "
                + "Place it on a local disk, or use UsePostgreSqlInbox. If only this machine uses it and its locks work, set AllowUnsafeFileSystem.");
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
                $"The inbox {Path} can't be created: {failure.Message} Its folder must exist, and this process must be allowed to write to it.", failure);
        }
    }

    // Before anything is written to it, and before it is switched to another journal.
    private void EnsureOurs()
    {
        if (!Exists)
            return;

        try
        {
            var log = new FileInfo(Target + "-wal");
            if (log.Exists && log.Length > 0)
                EnsureOwnLog();
            using var connection = log.Exists ? SqliteConnections.OpenReader(Path) : SqliteConnections.OpenUnchanged(Target);
            if (!allowOtherTables && SqliteConnections.HasOtherTables(connection) && SqliteConnections.ReadNumber(connection, SqliteDialect.CountEndpointTables) == 0)
            {
                throw new WebSoInboxStoreException(
                    $"The file {Path} is a SQLite database of another program. It was not changed. Give the path of a new file to UseSqliteInbox, "
                    + "or set AllowOtherTables to have the tables of the inbox in this one.");
            }
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_NOTADB)
        {
            throw new WebSoInboxStoreException($"The file {Path} is no SQLite database. It was not changed. Give the path of a new file to UseSqliteInbox.", failure);
        }
    }

    // SQLite applies whatever log it finds, also that of the file which a backup has replaced.
    private void EnsureOwnLog()
    {
        using var connection = SqliteConnections.OpenUnchanged(Target);
        if (SqliteBackup.IsUnopened(connection))
        {
            throw new WebSoInboxStoreException(
                $"The file {Path} is a restored backup, and {Target}-wal beside it belongs to the file that it replaced: SQLite would destroy the backup with it. Nothing was changed. "
                + $"Stop every process that uses the inbox, move {Target}-wal and {Target}-shm to another folder, and start again.");
        }
    }
}
