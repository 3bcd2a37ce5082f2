using System.Data.Common;

namespace WebSo.Events.Inbox.PostgreSql.Dialect;

internal sealed class PostgreSqlRow(DbDataReader reader) : SqlRow
{
    public override bool IsNull(int column) => reader.IsDBNull(column);

    public override long Number(int column) => reader.GetInt64(column);

    public override byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public override Guid Guid(int column) => reader.GetGuid(column);

    public override DateTime Time(int column) => PostgreSqlValue.ReadTime(reader.GetDateTime(column));

    protected override string ReadText(int column) => reader.GetString(column);
}
