using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WebSo.Events.Engine;

namespace WebSo.Events;

// SQLite. Times are microseconds since 1970, UTC: datetime(received_at / 1000000, 'unixepoch') shows them.
internal sealed class SqliteDialect(SqliteFile file, FreeSpace? freeSpace = null) : InboxDialect
{
    private const int PagesAtATime = 1000;

    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public override string Name => $"The inbox {file.Path}";

    public override string Minute => "60000000";

    public override string Begin => "BEGIN IMMEDIATE";

    public override string CountTables => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'webso_endpoints'";

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
        return SqliteConnections.OpenWriter(file.Path);
    }

    public override DbConnection OpenReader() => SqliteConnections.OpenReader(file.Path);

    public override DbConnection? OpenAlone()
    {
        if (!file.Exists)
            return null;

        file.Prepare(canCreate: false);
        return SqliteConnections.TryOpenAlone(file.Path);
    }

    public override void Prepare(DbCommand command) => command.Prepare();

    public override object ToParameter(SqlType type, object? value) => value switch
    {
        null => DBNull.Value,
        DateTime time when time == DateTime.MaxValue => long.MaxValue,
        DateTime time => (time.Ticks - s_epoch.Ticks) / 10,
        Guid id => GuidBytes.Of(id),
        _ => value,
    };

    public override Guid ReadGuid(DbDataReader reader, int column) => GuidBytes.ToGuid(reader.GetFieldValue<byte[]>(column));

    public override DateTime ReadTime(DbDataReader reader, int column) => reader.GetInt64(column) switch
    {
        long.MaxValue => DateTime.MaxValue,
        var microseconds => s_epoch.AddTicks(microseconds * 10),
    };

    // A damaged page is the fault of the operation that needs it: one row must not keep all others waiting.
    public override FailureKind Classify(Exception failure) => PrimaryCode(failure) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => FailureKind.Busy,
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM or raw.SQLITE_PERM
            or raw.SQLITE_AUTH or raw.SQLITE_PROTOCOL or raw.SQLITE_NOLFS or raw.SQLITE_INTERRUPT => FailureKind.Unavailable,
        _ => FailureKind.Operation,
    };

    public override bool MayHaveCommitted(Exception failure) => PrimaryCode(failure) != raw.SQLITE_BUSY;

    public override string? FindShortage() => freeSpace?.FindShortage();

    public override bool IsStale(DbConnection connection) => SqliteFileControl.HasMoved(((SqliteConnection)connection).Handle!);

    // What is written to a file that is no longer at its path is lost.
    public override void AfterCommit(DbConnection connection)
    {
        if (IsStale(connection))
            throw new SqliteException($"The file {file.Path} was replaced or removed while it was open.", raw.SQLITE_READONLY, raw.SQLITE_READONLY_DBMOVED);
    }

    public override void ReleaseSpace(DbConnection connection) => SqliteConnections.Execute((SqliteConnection)connection, $"PRAGMA incremental_vacuum({PagesAtATime})");

    // What was erased is overwritten in the file (secure_delete); its earlier pages are still in the write-ahead log.
    public override void RemoveTraces(DbConnection connection) => SqliteConnections.TruncateLog((SqliteConnection)connection);

    public override void BeforeClose(DbConnection connection) => SqliteConnections.Execute((SqliteConnection)connection, "PRAGMA wal_checkpoint(TRUNCATE)");

    // The code may be an extended one, whose low byte says which kind it is.
    private static int PrimaryCode(Exception failure) => failure is SqliteException sqlite ? sqlite.SqliteErrorCode & 0xFF : 0;
}
