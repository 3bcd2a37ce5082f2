using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Dialect;

// A prepared SQLite statement.
internal sealed class SqliteStatement : IDisposable
{
    private const int MaxBuffer = 16 * 1024;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly SqliteRow _row;

    // The parameter index of each column. 0: the statement does not use the column.
    private readonly int[] _indexes;

    private readonly bool _isQuery;

    // Reused to encode text, up to MaxBuffer bytes.
    private byte[] _buffer = [];

    public SqliteStatement(sqlite3 database, string text, IReadOnlyList<SqlColumn> columns)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, text, out _statement), database);
        _indexes = [.. columns.Select(column => raw.sqlite3_bind_parameter_index(_statement, "@" + column.Name))];
        if (_indexes.Count(static index => index > 0) != raw.sqlite3_bind_parameter_count(_statement))
            throw new InvalidOperationException($"The statement has a parameter that is not one of its columns: {text}");
        _row = new SqliteRow(_statement);
        _isQuery = raw.sqlite3_stmt_readonly(_statement) != 0;
    }

    public void Bind(int column, object? value)
    {
        var index = _indexes[column];
        if (index > 0)
            SqliteException.ThrowExceptionForRC(BindValue(index, value), _database);
    }

    // Runs the statement to its end. Returns the number of rows that it found or changed.
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
            // sqlite3_reset repeats the result of the last step. Clear the bindings, so that no event data stays in memory.
            _ = raw.sqlite3_reset(_statement);
            _ = raw.sqlite3_clear_bindings(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private int BindValue(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        DateTime time => raw.sqlite3_bind_int64(_statement, index, SqliteTime.ToNumber(time)),
        Guid id => raw.sqlite3_bind_blob(_statement, index, GuidBytes.Of(id)),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        string text => BindText(index, StoredText.Encode(text)),
        _ => throw new ArgumentException($"A column can't have a value of type {value.GetType()}.", nameof(value)),
    };

    private int BindText(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = most <= _buffer.Length ? _buffer : new byte[most];
        if (most <= MaxBuffer)
            _buffer = buffer;
        return raw.sqlite3_bind_text(_statement, index, buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, 0, text.Length, buffer, 0)));
    }
}
