using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// Connections with the settings on which the promise rests.
internal static class SqliteConnections
{
    // What is rewritten in memory, and fast, since nothing is stored meanwhile.
    private const long MaxRewriteBytes = 32 * 1024 * 1024;

    // Behind auto_vacuum, which is a property of the file and can be set only while that is empty. On macOS, fsync does not reach the disk's own
    // memory, and fullfsync does. Without a temporary folder SQLite could not sort.
    private static readonly string[] s_writerSettings =
    [
        "PRAGMA synchronous=FULL",
        "PRAGMA fullfsync=1",
        "PRAGMA checkpoint_fullfsync=1",
        "PRAGMA wal_autocheckpoint=8000",
        "PRAGMA journal_size_limit=67108864",
        "PRAGMA secure_delete=ON",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA cache_size=-16384",
    ];

    public static SqliteConnection OpenWriter(string path, bool isInMemory = false)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL");
            SqliteBackup.NoteOpened(connection);
            if (!isInMemory)
                UseWriteAheadLog(connection);
            foreach (var setting in s_writerSettings)
                Execute(connection, setting);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        Execute(connection, "PRAGMA temp_store=MEMORY");
        Execute(connection, "PRAGMA cache_size=-16384");
        return connection;
    }

    // The file alone: no log is read, no lock is taken, and no file appears beside it. For one that nobody writes.
    public static UnchangedConnection OpenUnchanged(string path) =>
        Open(new UnchangedConnection(path, ConnectionStringOf(new Uri(path).AbsoluteUri + "?immutable=1", SqliteOpenMode.ReadOnly)));

    // Null: another connection is open, in whatever process. SQLite's own locks tell, so whatever path the file is opened by.
    public static SqliteConnection? TryOpenAlone(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        try
        {
            Execute(connection, "PRAGMA busy_timeout=0");
            Execute(connection, "PRAGMA synchronous=FULL");
            Execute(connection, "PRAGMA locking_mode=EXCLUSIVE");
            connection.DefaultTimeout = 1;
            Execute(connection, "BEGIN EXCLUSIVE");
            Execute(connection, "COMMIT");
            return connection;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            connection.Dispose();
            return null;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    // Every page anew. False: that would take long, or change what is not ours: rows without a number of their own get another one.
    public static bool TryRewrite(SqliteConnection connection)
    {
        if (ReadNumber(connection, "PRAGMA page_count") * ReadNumber(connection, "PRAGMA page_size") > MaxRewriteBytes
            || HasOtherTables(connection))
        {
            return false;
        }

        Execute(connection, "VACUUM");
        return true;
    }

    public static bool HasOtherTables(SqliteConnection connection) =>
        ReadNumber(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'webso_*' AND name NOT GLOB 'sqlite_*'") > 0;

    // False: a reader is in the way for longer than SQLite waits for it, or another process does the same just now.
    public static bool TryTruncateLog(SqliteConnection connection) => ReadNumber(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == 0;

    public static SqliteConnection Open(string path, SqliteOpenMode mode) => Open(new SqliteConnection(ConnectionStringOf(path, mode)));

    public static long ReadNumber(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static string ConnectionStringOf(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 1 }.ToString();

    private static T Open<T>(T connection)
        where T : SqliteConnection
    {
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout=1000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void UseWriteAheadLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL";
        if (command.ExecuteScalar() is not "wal" and var mode)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {connection.DataSource} can't use a write-ahead log (SQLite stayed at '{mode}'), without which the inbox does not start. "
                + "Place the file on a local disk, or use UsePostgreSqlInbox.");
        }
    }
}
