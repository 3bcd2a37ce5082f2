using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// A prepared statement, used again and again. SqliteCommand makes a reader and looks parameters up by name at each call, which is
// half the time of a small INSERT.
internal sealed class SqliteStatement : IDisposable
{
    private const int LongestOnStack = 256;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    // The parameters that hold a value; without one they are null.
    private ulong _bound;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    // Parameters are ?1, ?2 and so on.
    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, Bound(index), value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    // By its bytes: as a text it would be bound up to its first NUL only.
    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
            return BindNull(index);
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(_statement, Bound(index), ""));
            return this;
        }

        var bound = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = bound > LongestOnStack ? ArrayPool<byte>.Shared.Rent(bound) : null;
        var bytes = rented is null ? stackalloc byte[LongestOnStack] : rented;
        var length = Encoding.UTF8.GetBytes(value.AsSpan(), bytes);
        Check(raw.sqlite3_bind_text(_statement, Bound(index), bytes.Slice(0, length)));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, Bound(index), 0) : raw.sqlite3_bind_blob(_statement, Bound(index), value));
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

    // Most columns that may be null are, one time after the other.
    private SqliteStatement BindNull(int index)
    {
        if ((_bound & Bit(index)) != 0)
        {
            Check(raw.sqlite3_bind_null(_statement, index));
            _bound &= ~Bit(index);
        }

        return this;
    }

    private int Bound(int index)
    {
        _bound |= Bit(index);
        return index;
    }

    private static ulong Bit(int index) => 1UL << index;

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
