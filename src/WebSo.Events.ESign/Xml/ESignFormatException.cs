namespace WebSo.Events.ESign.Xml;

// An upload can't be read. To users it is a FormatException: the message has all they need. It never quotes a value of the upload.
internal sealed class ESignFormatException(XmlPosition position, string problem)
    : FormatException($"{problem} (line {position.Line}, byte {position.Byte})")
{
    public int Line { get; } = position.Line;

    // What is wrong and how to fix it, without the position.
    public string Problem { get; } = problem;
}
