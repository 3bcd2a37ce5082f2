namespace WebSo.Events;

// A place in an upload: bytes from 0, lines from 1. A line ends with LF, CR or CRLF.
internal readonly record struct XmlPosition(long Byte, int Line, bool IsAfterReturn)
{
    public static XmlPosition Start { get; } = new(0, 1, false);

    public XmlPosition Advance(ReadOnlySpan<byte> bytes)
    {
        var (line, isAfterReturn) = (Line, IsAfterReturn);
        for (var rest = bytes; rest.Length > 0;)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            isAfterReturn &= end == 0;
            if (end < 0)
                break;

            if (rest[end] == '\r' || !isAfterReturn)
                line++;
            isAfterReturn = rest[end] == '\r';
            rest = rest.Slice(end + 1);
        }

        return new XmlPosition(Byte + bytes.Length, line, isAfterReturn);
    }
}
