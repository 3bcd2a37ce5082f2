namespace WebSo.Events.ESign.Xml;

// Reads one tag: <name a="b" ...>, <name .../>, </name>.
internal ref struct XmlTagReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly XmlPosition _position;
    private int _at;

    private XmlTagReader(ReadOnlySpan<byte> bytes, XmlPosition position)
    {
        _bytes = bytes;
        _position = position;
    }

    // The bytes start with '<'. False if they don't contain the end of the tag.
    public static bool TryRead(ReadOnlySpan<byte> bytes, XmlPosition position, out XmlToken token)
    {
        var tag = new XmlTagReader(bytes, position);
        return tag.TryRead(out token);
    }

    private bool TryRead(out XmlToken token)
    {
        token = default;
        var isEnd = _bytes.Length > 1 && _bytes[1] == '/';
        _at = isEnd ? 2 : 1;
        if (!TryReadName(out var name))
            return false;

        while (true)
        {
            var hasSpace = SkipWhiteSpace();
            if (_at >= _bytes.Length)
                return false;

            switch (_bytes[_at])
            {
                case (byte)'>':
                    token = new XmlToken(isEnd ? XmlTokenKind.EndTag : XmlTokenKind.StartTag, _bytes.Slice(0, _at + 1), name, _position);
                    return true;
                case (byte)'/' when !isEnd:
                    if (_at + 1 >= _bytes.Length)
                        return false;
                    if (_bytes[_at + 1] != '>')
                        throw Malformed("'/' in a tag is not followed by '>'");
                    token = new XmlToken(XmlTokenKind.EmptyTag, _bytes.Slice(0, _at + 2), name, _position);
                    return true;
                default:
                    if (isEnd || !hasSpace)
                        throw Malformed("A tag contains an unexpected character");
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
            throw Malformed("A name is missing, or starts with an invalid character");
        return true;
    }

    private bool TrySkipAttribute()
    {
        if (!TryReadName(out _))
            return false;

        SkipWhiteSpace();
        if (_at >= _bytes.Length)
            return false;
        if (_bytes[_at] != '=')
            throw Malformed("An attribute has no value");

        _at++;
        SkipWhiteSpace();
        if (_at >= _bytes.Length)
            return false;
        var quote = _bytes[_at];
        if (quote is not ((byte)'"' or (byte)'\''))
            throw Malformed("An attribute value is not in quotes");

        _at++;
        var length = _bytes.Slice(_at).IndexOfAny(quote, (byte)'<');
        if (length < 0)
            return false;
        _at += length;
        if (_bytes[_at] == '<')
            throw Malformed("An attribute value contains '<'. Write '&lt;'");
        _at++;
        return true;
    }

    private bool SkipWhiteSpace()
    {
        var start = _at;
        while (_at < _bytes.Length && XmlText.IsWhiteSpace(_bytes[_at]))
            _at++;
        return _at > start;
    }

    private readonly ESignFormatException Malformed(string problem) => new(_position.Advance(_bytes.Slice(0, _at)), $"{problem}.");

    // A byte of 0x80 or more is a letter, or part of one, in every supported encoding.
    private static bool IsNameByte(byte b) =>
        b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
            or (byte)'_' or (byte)':' or (byte)'-' or (byte)'.' or >= 0x80;
}
