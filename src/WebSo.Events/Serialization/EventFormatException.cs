namespace WebSo.Events.Serialization;

// The body can't be read as an event. Public members document it as FormatException. The message never quotes the body.
internal sealed class EventFormatException(EventFormatReason reason, int? bytePosition, string problem, Exception? innerException = null)
    : FormatException(bytePosition is null ? problem : $"{problem} (byte {bytePosition})", innerException)
{
    public EventFormatReason Reason => reason;

    // Counts from 0. Null if the body is not UTF-8 or was repaired: a position in the converted text would mislead.
    public int? BytePosition => bytePosition;
}
