namespace WebSo.Events;

/// <summary>An ESign upload can't be read. The message says what is wrong and where; it never quotes a value of the upload.</summary>
public sealed class ESignFormatException : FormatException
{
    internal ESignFormatException(long bytePosition, string problem)
        : base($"{problem} (byte {bytePosition})") => BytePosition = bytePosition;

    /// <summary>Where it was noticed, in bytes from the begin of the upload; 0 is the first.</summary>
    public long BytePosition { get; }
}
