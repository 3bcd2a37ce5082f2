using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Dialect;

internal sealed class SqliteDialect(SqliteFile file, FreeSpace? freeSpace = null) : InboxDialect
{
    private const int PagesPerRelease = 1000;

    // Keeps an in-memory database alive.
    private SqliteConnection? _memory;

    public override string Name => file.Path;

    public override string Minute => "60000000";

    public override string CountTables => SqliteConnections.CountEndpointTables;

    public override string TypeOf(SqlType type) => type switch
    {
        SqlType.Identity => "INTEGER PRIMARY KEY AUTOINCREMENT",
        SqlType.Number or SqlType.Time => "INTEGER",
        SqlType.Text or SqlType.Name => "TEXT",
        _ => "BLOB",
    };

    // STRICT checks the type of each value that is written, so another program can't store a type that the engine can't read.
    public override string TableOptions(bool isClustered) => isClustered ? " STRICT, WITHOUT ROWID" : " STRICT";

    public override DbConnection OpenWriter(bool canCreate)
    {
        file.Prepare(canCreate);
        if (file.IsInMemory)
            _memory ??= SqliteConnections.Open(file.Path, SqliteOpenMode.ReadWriteCreate);
        return SqliteConnections.OpenWriter(file.Path, file.IsInMemory);
    }

    public override void EnsureReadable() => file.EnsureReadable();

    public override DbConnection OpenReader() => file.OpenReader();

    public override DbConnection? OpenAlone()
    {
        if (!file.Exists)
            return null;

        file.Prepare(canCreate: false);
        return SqliteConnections.TryOpenAlone(file.Path);
    }

    public override SqlSession CreateSession(DbConnection connection) => new SqliteSession(this, (SqliteConnection)connection);

    // Damage fails only the operation that needs the damaged page, so that one row does not block all others.
    public override FailureKind Classify(Exception failure) => PrimaryCode(failure) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => FailureKind.Busy,
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM or raw.SQLITE_PERM
            or raw.SQLITE_AUTH or raw.SQLITE_PROTOCOL or raw.SQLITE_NOLFS or raw.SQLITE_INTERRUPT => FailureKind.Unavailable,
        _ => FailureKind.Operation,
    };

    public override bool IsDamage(Exception failure) => PrimaryCode(failure) == raw.SQLITE_CORRUPT;

    public override bool MayHaveCommitted(Exception failure) => PrimaryCode(failure) != raw.SQLITE_BUSY;

    public override string? FindShortage() => freeSpace?.FindShortage();

    public override string Describe(Exception failure) => PrimaryCode(failure) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"Another process has locked the file. {failure.Message}",
        raw.SQLITE_FULL => $"The disk is full. {failure.Message}",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
            $"Allow this process to write to the file, to its -wal and -shm files, and to the folder. {failure.Message}",
        _ => failure.Message,
    };

    public override bool IsStale(DbConnection connection) =>
        HasMissedWrites(connection) || SqliteFileControl.HasMoved(((SqliteConnection)connection).Handle!);

    public override bool HasMissedWrites(DbConnection connection) => file.HasMissedWrites((SqliteConnection)connection);

    // A write to a file that is no longer at its path is lost.
    public override void AfterCommit(DbConnection connection)
    {
        if (IsStale(connection))
            throw new SqliteException($"The file {file.Path} was replaced or removed while it was open.", raw.SQLITE_READONLY, raw.SQLITE_READONLY_DBMOVED);
    }

    public override void ReleaseSpace(DbConnection connection) => SqliteConnections.Execute((SqliteConnection)connection, $"PRAGMA incremental_vacuum({PagesPerRelease})");

    // secure_delete overwrites erased rows in the file. Older pages remain in the write-ahead log, and copies of rows can remain in unused parts of
    // pages that SQLite reorganized. Truncate the log first: while a reader uses the log, a rewrite of the file would only enlarge it.
    public override string? RemoveTraces(DbConnection connection)
    {
        var sqlite = (SqliteConnection)connection;
        string? reason = null;
        try
        {
            if (SqliteConnections.TryTruncateLog(sqlite))
            {
                if (!SqliteConnections.TryRewrite(sqlite))
                {
                    return "the rows are erased, but copies can remain in unused parts of the file. The file was not rewritten, because it is larger than 32 MiB or has tables of another program. "
                        + "Run VACUUM on it while no process uses it";
                }

                if (SqliteConnections.TryTruncateLog(sqlite))
                    return null;
            }
        }
        catch (SqliteException failure)
        {
            reason = Describe(failure).TrimEnd('.');
        }

        throw new WebSoInboxStoreException(
            $"The rows are erased, but their content is still in {file.Path} or in its write-ahead log ({reason ?? "a reader or another process uses the log"}). Erase the document again.");
    }

    public override void Backup(string path, bool canReplace) => SqliteBackup.Write(file, path, canReplace);

    public override void Close() => _memory?.Dispose();

    public override void BeforeClose(DbConnection connection) => SqliteConnections.Execute((SqliteConnection)connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    // The low byte of an extended error code is the primary code.
    private static int PrimaryCode(Exception failure) => failure is SqliteException sqlite ? sqlite.SqliteErrorCode & 0xFF : 0;
}
