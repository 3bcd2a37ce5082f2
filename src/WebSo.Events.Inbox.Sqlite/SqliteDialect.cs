using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// SQLite.
internal sealed class SqliteDialect(SqliteFile file, FreeSpace? freeSpace = null) : InboxDialect
{
    public const string CountEndpointTables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'webso_endpoints'";

    private const int PagesAtATime = 1000;

    // Keeps a database in memory for the life of the dialect.
    private SqliteConnection? _memory;

    public override string Name => $"The inbox {file.Path}";

    public override string Minute => "60000000";

    public override string CountTables => CountEndpointTables;

    public override string TypeOf(SqlType type) => type switch
    {
        SqlType.Identity => "INTEGER PRIMARY KEY AUTOINCREMENT",
        SqlType.Number or SqlType.Time => "INTEGER",
        SqlType.Text or SqlType.Name => "TEXT",
        _ => "BLOB",
    };

    // A table of which each type is checked at each write: what other programs write can't be of a type that is not read.
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

    // A damaged page is the fault of the operation that needs it: one row must not keep all others waiting.
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
            $"This process must be allowed to write to the file, to those beside it (-wal, -shm) and to its folder. {failure.Message}",
        _ => failure.Message,
    };

    public override bool IsStale(DbConnection connection) =>
        HasMissedWrites(connection) || SqliteFileControl.HasMoved(((SqliteConnection)connection).Handle!);

    public override bool HasMissedWrites(DbConnection connection) => file.HasMissedWrites((SqliteConnection)connection);

    // What is written to a file that is no longer at its path is lost.
    public override void AfterCommit(DbConnection connection)
    {
        if (IsStale(connection))
            throw new SqliteException($"The file {file.Path} was replaced or removed while it was open.", raw.SQLITE_READONLY, raw.SQLITE_READONLY_DBMOVED);
    }

    public override void ReleaseSpace(DbConnection connection) => SqliteConnections.Execute((SqliteConnection)connection, $"PRAGMA incremental_vacuum({PagesAtATime})");

    // What was erased is overwritten in the file (secure_delete). Its earlier pages are still in the write-ahead log, and copies of it may be in the
    // unused part of a page that SQLite has reorganized. The log comes first: while a reader needs it, rewriting the file would only make it larger.
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
                    return "the rows are gone; copies may be left in unused parts of pages, since the file is larger than 32 MB or has tables of another program, and is not rewritten. "
                        + "Run VACUUM on it while no process uses it";
                }

                if (SqliteConnections.TryTruncateLog(sqlite))
                    return null;
            }
        }
        catch (SqliteException failure)
        {
            reason = Describe(failure);
        }

        throw new WebSoInboxStoreException(
            $"The rows are erased, but what they held is still in {file.Path} or in its write-ahead log: {reason ?? "a reader or another process uses the log."} Erase again.");
    }

    public override void Backup(string path, bool canReplace) => SqliteBackup.Write(file, path, canReplace);

    public override void Close() => _memory?.Dispose();

    public override void BeforeClose(DbConnection connection) => SqliteConnections.Execute((SqliteConnection)connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    // The code may be an extended one, whose low byte says which kind it is.
    private static int PrimaryCode(Exception failure) => failure is SqliteException sqlite ? sqlite.SqliteErrorCode & 0xFF : 0;
}
