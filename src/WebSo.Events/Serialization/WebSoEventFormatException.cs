namespace WebSo.Events;

/// <summary>A body could not be read as an event. The message says what is wrong and where; it never quotes the body.</summary>
public sealed class WebSoEventFormatException : FormatException
{
    internal WebSoEventFormatException(WebSoEventFormatReason reason, int bytePosition, string problem, Exception? innerException = null)
        : base($"{problem} (byte {bytePosition})", innerException)
    {
        Reason = reason;
        BytePosition = bytePosition;
    }

    /// <summary>Why the body could not be read.</summary>
    public WebSoEventFormatReason Reason { get; }

    /// <summary>Where in the body it was noticed, in bytes from its begin; 0 is the first.</summary>
    public int BytePosition { get; }
}
