namespace WebSo.Events;

// Reads one tag: <name a="b" ...>, <name .../>, </name>.
internal ref struct XmlTag
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly XmlPosition _position;
    private int _at;

    private XmlTag(ReadOnlySpan<byte> bytes, XmlPosition position)
    {
        _bytes = bytes;
        _position = position;
    }

    // False where the tag does not end within the bytes, which begin with '<'.
    public static bool TryRead(ReadOnlySpan<byte> bytes, XmlPosition position, out XmlPiece piece)
    {
        var tag = new XmlTag(bytes, position);
        return tag.TryRead(out piece);
    }

    private bool TryRead(out XmlPiece piece)
    {
        piece = default;
        var isEnd = _bytes.Length > 1 && _bytes[1] == '/';
        _at = isEnd ? 2 : 1;
        if (!TryReadName(out var name))
            return false;

        while (true)
        {
            var isApart = SkipSpace();
            if (_at >= _bytes.Length)
                return false;

            switch (_bytes[_at])
            {
                case (byte)'>':
                    piece = new XmlPiece(isEnd ? XmlPieceKind.EndTag : XmlPieceKind.StartTag, _bytes.Slice(0, _at + 1), name, _position);
                    return true;
                case (byte)'/' when !isEnd:
                    if (_at + 1 >= _bytes.Length)
                        return false;
                    if (_bytes[_at + 1] != '>')
                        throw Malformed("'/' in a tag is not followed by '>'");
                    piece = new XmlPiece(XmlPieceKind.EmptyTag, _bytes.Slice(0, _at + 2), name, _position);
                    return true;
                default:
                    if (isEnd || !isApart)
                        throw Malformed("A tag has a character that can't stand there");
                    if (!TrySkipAttribute())
                        return false;
                    break;
            }
        }
    }

    private bool TryReadName(out ReadOnlySpan<byte> name)
    {
        var start = _at;
        while (_at < _bytes.Length && IsNameByte(_bytes[_at]))
            _at++;
        name = _bytes.Slice(start, _at - start);
        if (_at >= _bytes.Length)
            return false;
        if (name.Length == 0 || name[0] is (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9'))
            throw Malformed("A name is missing, or begins with a character that it can't begin with");
        return true;
    }

    private bool TrySkipAttribute()
    {
        if (!TryReadName(out _))
            return false;

        SkipSpace();
        if (_at >= _bytes.Length)
            return false;
        if (_bytes[_at] != '=')
            throw Malformed("An attribute has no value");

        _at++;
        SkipSpace();
        if (_at >= _bytes.Length)
            return false;
        var quote = _bytes[_at];
        if (quote is not ((byte)'"' or (byte)'\''))
            throw Malformed("The value of an attribute is not in quotes");

        _at++;
        var length = _bytes.Slice(_at).IndexOfAny(quote, (byte)'<');
        if (length < 0)
            return false;
        _at += length;
        if (_bytes[_at] == '<')
            throw Malformed("The value of an attribute holds '<'");
        _at++;
        return true;
    }

    private bool SkipSpace()
    {
        var start = _at;
        while (_at < _bytes.Length && XmlText.IsSpace(_bytes[_at]))
            _at++;
        return _at > start;
    }

    private readonly ESignFormatException Malformed(string problem) => new(_position.Advance(_bytes.Slice(0, _at)), $"{problem}.");

    // Bytes of more than 7 bits are parts of letters of any kind, in all encodings that are taken.
    private static bool IsNameByte(byte b) =>
        b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
            or (byte)'_' or (byte)':' or (byte)'-' or (byte)'.' or >= 0x80;
}
