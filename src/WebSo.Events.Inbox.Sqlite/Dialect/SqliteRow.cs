using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Dialect;

internal sealed class SqliteRow(sqlite3_stmt statement) : SqlRow
{
    public override bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public override long Number(int column) => raw.sqlite3_column_int64(statement, NotNull(column));

    public override byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, NotNull(column)).ToArray();

    public override Guid Guid(int column) => GuidBytes.ToGuid(Bytes(column));

    public override DateTime Time(int column) => SqliteTime.ToTime(Number(column));

    protected override string ReadText(int column) => raw.sqlite3_column_text(statement, NotNull(column)).utf8_to_string();

    // SQLite returns 0 for NULL.
    private int NotNull(int column) =>
        IsNull(column) ? throw new InvalidOperationException($"{raw.sqlite3_column_name(statement, column).utf8_to_string()} is NULL.") : column;
}
