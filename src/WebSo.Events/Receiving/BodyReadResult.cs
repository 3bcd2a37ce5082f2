namespace WebSo.Events.Receiving;

// The body, or the reason for refusing the call. HeldBytes is the size that counts toward the limit of the BodyReader.
internal readonly record struct BodyReadResult(ReadOnlyMemory<byte> Body, int HeldBytes, ReceiveOutcome? Refused = null, string Reason = "")
{
    public static BodyReadResult Refuse(ReceiveOutcome outcome, string reason = "") => new(default, 0, outcome, reason);
}
