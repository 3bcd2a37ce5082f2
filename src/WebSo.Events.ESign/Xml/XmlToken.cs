namespace WebSo.Events.ESign.Xml;

// A range of bytes of an XML text. The tokens together are the whole text. Valid until the scanner reads the next token.
internal readonly ref struct XmlToken(XmlTokenKind kind, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, XmlPosition position)
{
    public XmlTokenKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    // The name of a tag; empty for content.
    public ReadOnlySpan<byte> Name { get; } = name;

    public XmlPosition Position { get; } = position;
}
