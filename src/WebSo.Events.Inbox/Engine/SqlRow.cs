using System.Data.Common;

namespace WebSo.Events.Engine;

// The row that a reader is at.
internal readonly struct SqlRow(InboxDialect dialect, DbDataReader reader)
{
    public bool IsNull(int column) => reader.IsDBNull(column);

    public long Number(int column) => reader.GetInt64(column);

    public long NumberOrZero(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

    public string Text(int column) => StoredText.Decode(reader.GetString(column));

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public byte[]? BytesOrNull(int column) => reader.IsDBNull(column) ? null : Bytes(column);

    public Guid Guid(int column) => dialect.ReadGuid(reader, column);

    public DateTime Time(int column) => dialect.ReadTime(reader, column);

    public DateTime? TimeOrNull(int column) => reader.IsDBNull(column) ? null : dialect.ReadTime(reader, column);
}
