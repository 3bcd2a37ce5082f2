using SQLitePCL;

namespace WebSo.Events;

internal sealed class SqliteRow(sqlite3_stmt statement) : SqlRow
{
    public override bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public override long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public override byte[] Bytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public override Guid Guid(int column) => GuidBytes.ToGuid(Bytes(column));

    public override DateTime Time(int column) => SqliteTime.Of(Number(column));

    protected override string ReadText(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();
}
