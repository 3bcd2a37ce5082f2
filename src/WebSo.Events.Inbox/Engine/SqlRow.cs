namespace WebSo.Events.Inbox.Engine;

// The current row of a result.
internal abstract class SqlRow
{
    public abstract bool IsNull(int column);

    public abstract long Number(int column);

    public abstract byte[] Bytes(int column);

    public abstract Guid Guid(int column);

    public abstract DateTime Time(int column);

    public string Text(int column) => StoredText.Decode(ReadText(column));

    public long NumberOrZero(int column) => IsNull(column) ? 0 : Number(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public DateTime? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    protected abstract string ReadText(int column);
}
