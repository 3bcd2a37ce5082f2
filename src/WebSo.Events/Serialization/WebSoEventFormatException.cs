namespace WebSo.Events;

/// <summary>A body could not be read as an event. The message says what is wrong and where; it never quotes the body.</summary>
public sealed class WebSoEventFormatException : FormatException
{
    internal WebSoEventFormatException(EventFormatReason reason, int? bytePosition, string problem, Exception? innerException = null)
        : base(bytePosition is null ? problem : $"{problem} (byte {bytePosition})", innerException)
    {
        Reason = reason;
        BytePosition = bytePosition;
    }

    internal EventFormatReason Reason { get; }

    /// <summary>
    /// Where in the body the problem was found, in bytes from its start; the first is 0. Null where the body is not UTF-8,
    /// or is not strict JSON: positions in what was made of it would mislead.
    /// </summary>
    public int? BytePosition { get; }
}
