namespace WebSo.Events.ESign.Xml;

// A position in an upload. Bytes count from 0, lines from 1. A line ends with LF, CR or CRLF.
internal readonly record struct XmlPosition(long Byte, int Line, bool IsAfterCarriageReturn)
{
    public static XmlPosition Start { get; } = new(0, 1, false);

    public XmlPosition Advance(ReadOnlySpan<byte> bytes)
    {
        var (line, isAfterCarriageReturn) = (Line, IsAfterCarriageReturn);
        for (var rest = bytes; rest.Length > 0;)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            isAfterCarriageReturn &= end == 0;
            if (end < 0)
                break;

            if (rest[end] == '\r' || !isAfterCarriageReturn)
                line++;
            isAfterCarriageReturn = rest[end] == '\r';
            rest = rest.Slice(end + 1);
        }

        return new XmlPosition(Byte + bytes.Length, line, isAfterCarriageReturn);
    }
}
