namespace WebSo.Events;

// A run of the bytes of an XML text; all runs together are the whole text. Valid until the scanner goes on.
internal readonly ref struct XmlPiece(XmlPieceKind kind, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, XmlPosition position)
{
    public XmlPieceKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    // Of a tag; else empty.
    public ReadOnlySpan<byte> Name { get; } = name;

    public XmlPosition Position { get; } = position;
}
