namespace WebSo.Events;

internal enum XmlPieceKind
{
    // Text, CDATA, comments, instructions: whole, or a part of one.
    Content,
    StartTag,
    EmptyTag,
    EndTag,
}
