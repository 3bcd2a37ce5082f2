using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Files;

// Opens connections with the settings that make stored events durable.
internal static class SqliteConnections
{
    public const string CountEndpointTables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'webso_endpoints'";

    // The largest file that VACUUM rewrites. Calls wait during a rewrite, so it must be fast.
    private const long MaxRewriteBytes = 32 * 1024 * 1024;

    // Set after auto_vacuum, which takes effect only in an empty file. fullfsync: on macOS, fsync does not flush the cache of the disk.
    // temp_store: sorting must also work without a temporary folder.
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
            // Only in a new file. In the file of an application, it would change how its free pages are released.
            if (ReadNumber(connection, "PRAGMA page_count") == 0)
                Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL");
            SqliteBackup.RemoveMark(connection);
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

    // Opens a file that no process writes to. Reads no log, takes no lock, and creates no file.
    public static UnchangedConnection OpenUnchanged(string path) =>
        Open(new UnchangedConnection(path, CreateConnectionString(new Uri(path).AbsoluteUri + "?immutable=1", SqliteOpenMode.ReadOnly)));

    // Returns null if any process has another connection open. SQLite's locks also detect connections through another path.
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

    // Rewrites every page. Returns false without a rewrite if the file is large or has other tables, because VACUUM can change the rowid of rows
    // without an INTEGER PRIMARY KEY.
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
        ReadNumber(
        connection,
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' "
        + "AND name NOT IN ('webso_deliveries', 'webso_pending', 'webso_outcomes', 'webso_duplicates', 'webso_endpoints')") > 0;

    // Returns false if a reader blocks the checkpoint for longer than busy_timeout, or if another process runs a checkpoint.
    public static bool TryTruncateLog(SqliteConnection connection) => ReadNumber(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == 0;

    public static SqliteConnection Open(string path, SqliteOpenMode mode) => Open(new SqliteConnection(CreateConnectionString(path, mode)));

    public static long ReadNumber(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static string CreateConnectionString(string path, SqliteOpenMode mode) =>
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
                $"The inbox {connection.DataSource} can't be opened, because its file system does not support a write-ahead log (SQLite kept journal mode '{mode}'). "
                + "Move the file to a local disk, or use UsePostgreSqlInbox.");
        }
    }
}
