namespace WebSo.Events.ESign.Xml;

internal enum XmlTokenKind
{
    // Text, CDATA, a comment or a processing instruction, or a part of one.
    Content,
    StartTag,
    EmptyTag,
    EndTag,
}
