using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// A prepared statement of SQLite.
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly SqliteRow _row;

    // Of each column; 0: the statement does not use it.
    private readonly int[] _indexes;

    private readonly bool _isQuery;

    private byte[] _buffer = [];

    public SqliteStatement(sqlite3 database, string text, IReadOnlyList<SqlColumn> columns)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, text, out _statement), database);
        _indexes = [.. columns.Select(column => raw.sqlite3_bind_parameter_index(_statement, "@" + column.Name))];
        _row = new SqliteRow(_statement);
        _isQuery = raw.sqlite3_stmt_readonly(_statement) != 0;
    }

    public void Bind(int column, object? value)
    {
        var index = _indexes[column];
        if (index > 0)
            SqliteException.ThrowExceptionForRC(BindValue(index, value), _database);
    }

    // To its end. How many rows it has found or changed.
    public int Run(Action<SqlRow>? read)
    {
        try
        {
            int result;
            var count = 0;
            for (; (result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW; count++)
                read?.Invoke(_row);
            SqliteException.ThrowExceptionForRC(result, _database);
            return _isQuery ? count : raw.sqlite3_changes(_database);
        }
        finally
        {
            // Its result is that of the last step.
            _ = raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    // A pointer to nothing would be NULL.
    private int BindValue(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        DateTime time => raw.sqlite3_bind_int64(_statement, index, SqliteTime.ToNumber(time)),
        Guid id => raw.sqlite3_bind_blob(_statement, index, GuidBytes.Of(id)),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, index, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        "" => raw.sqlite3_bind_text(_statement, index, ""),
        string text => BindText(index, StoredText.Encode(text)),
        _ => throw new ArgumentException($"{value.GetType()} is no type of a column.", nameof(value)),
    };

    private int BindText(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_buffer.Length < most)
            _buffer = new byte[most];
        return raw.sqlite3_bind_text(_statement, index, _buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, 0, text.Length, _buffer, 0)));
    }
}
