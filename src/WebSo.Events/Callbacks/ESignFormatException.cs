namespace WebSo.Events;

/// <summary>An ESign upload can't be read. The message says what is wrong and where; it never quotes a value of the upload.</summary>
public sealed class ESignFormatException : FormatException
{
    internal ESignFormatException(XmlPosition position, string problem)
        : base($"{problem} (line {position.Line}, byte {position.Byte})") => (BytePosition, Line, Problem) = (position.Byte, position.Line, problem);

    /// <summary>Where it was noticed, in bytes from the beginning of the upload; 0 is the first.</summary>
    public long BytePosition { get; }

    /// <summary>The line where it was noticed; 1 is the first.</summary>
    public int Line { get; }

    /// <summary>What is wrong, without the position.</summary>
    public string Problem { get; }
}
