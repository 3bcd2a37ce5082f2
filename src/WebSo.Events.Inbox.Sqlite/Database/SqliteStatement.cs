using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// A prepared statement, used again and again. SqliteCommand makes a reader and looks parameters up by name at each call, which is
// half the time of a small INSERT.
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    // Parameters are ?1, ?2 and so on.
    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    public SqliteStatement Bind(int index, string? value)
    {
        // A long text is bound up to its first NUL, unless by its bytes.
        Check(value is null ? raw.sqlite3_bind_null(_statement, index)
            : value.Contains('\0') ? raw.sqlite3_bind_text(_statement, index, Encoding.UTF8.GetBytes(value))
            : raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    // True: there is a row. False: it is done, and reset.
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
            return true;

        // Reset gives the code again, and lets the statement be used again.
        var failed = code != raw.SQLITE_DONE;
        try
        {
            if (failed)
                SqliteException.ThrowExceptionForRC(raw.sqlite3_extended_errcode(_database), _database);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }

        return false;
    }

    // Runs a statement that yields no rows.
    public int Execute()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    // The first column of the first row; null where there is none.
    public long? ReadInt64()
    {
        if (!Step())
            return null;

        var value = IsNull(0) ? default(long?) : Int64(0);
        Reset();
        return value;
    }

    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public int Int32(int column) => raw.sqlite3_column_int(_statement, column);

    // By its bytes: as a text it would end at its first NUL.
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
