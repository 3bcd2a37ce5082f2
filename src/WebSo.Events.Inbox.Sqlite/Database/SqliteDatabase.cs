using Microsoft.Data.Sqlite;

namespace WebSo.Events;

// One connection, with the settings on which the promise rests, and its prepared statements.
internal sealed class SqliteDatabase : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(SqlComparer.Instance);
    private readonly SqliteConnection _connection;

    private SqliteDatabase(SqliteConnection connection) => _connection = connection;

    // The SQL is the key of the prepared statement, so it is a literal or comes of few.
    public SqliteStatement this[string sql]
    {
        get
        {
            if (!_statements.TryGetValue(sql, out var statement))
                _statements.Add(sql, statement = new SqliteStatement(_connection.Handle!, sql));
            return statement;
        }
    }

    public static SqliteDatabase Open(string path, bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            var database = new SqliteDatabase(connection);
            database.Execute("PRAGMA busy_timeout=250");
            if (!readOnly)
            {
                // Before WAL: it is a property of the file, and can be set only while that is empty.
                database.Execute("PRAGMA auto_vacuum=INCREMENTAL");
                database.UseWriteAheadLog();
                database.Execute("PRAGMA synchronous=FULL");

                // On macOS, fsync does not reach the disk's own memory; elsewhere this does nothing.
                database.Execute("PRAGMA fullfsync=1");
                database.Execute("PRAGMA checkpoint_fullfsync=1");
                database.Execute("PRAGMA wal_autocheckpoint=8000");
                database.Execute("PRAGMA journal_size_limit=67108864");
            }

            database.Execute("PRAGMA cache_size=-16384");
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // For what is run once.
    public void Execute(string sql)
    {
        using var statement = new SqliteStatement(_connection.Handle!, sql);
        statement.Execute();
    }

    public void ExecuteScript(string sql)
    {
        foreach (var part in sql.Split(';'))
        {
            if (!string.IsNullOrWhiteSpace(part))
                Execute(part);
        }
    }

    public long ReadPragma(string name)
    {
        using var statement = new SqliteStatement(_connection.Handle!, $"PRAGMA {name}");
        return statement.ReadInt64() ?? 0;
    }

    // A statement that a failure left in the middle can't be bound again, and holds its snapshot.
    public void ResetStatements()
    {
        foreach (var statement in _statements.Values)
            statement.Reset();
    }

    // Whether the file that is open is no longer the one at its path: what is written to it then is lost.
    public bool HasMoved() => SqliteFileControl.HasMoved(_connection.Handle!);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _connection.Dispose();
    }

    private void UseWriteAheadLog()
    {
        using var statement = new SqliteStatement(_connection.Handle!, "PRAGMA journal_mode=WAL");
        var mode = statement.Step() ? statement.Text(0) : "";
        statement.Reset();
        if (mode != "wal")
        {
            throw new WebSoInboxStoreException(
                $"The inbox {_connection.DataSource} can't use a write-ahead log (SQLite stayed at '{mode}'), without which the inbox does not start. "
                + "Is the file on a network share? Place it on a local disk, or use UsePostgreSqlInbox.");
        }
    }
}
