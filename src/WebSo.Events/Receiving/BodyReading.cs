namespace WebSo.Events.Receiving;

// What came of reading a body: the body, or why the call is refused. Held is what it counts in the bound of its BodyReader.
internal readonly record struct BodyReading(ReadOnlyMemory<byte> Body, int Held, ReceiveOutcome? Refused = null, string Reason = "")
{
    public static BodyReading Refuse(ReceiveOutcome outcome, string reason = "") => new(default, 0, outcome, reason);
}
