namespace WebSo.Events.Inbox.Engine;

// A delivery to store.
internal sealed class NewDelivery
{
    public const int KeyLength = 16;

    // The call with its exact body. A verified signature is removed from the query.
    public required WebSoEventContext Context { get; init; }

    // Empty if the body can't be read.
    public required string EventName { get; init; }

    // Empty if there is no document.
    public required string DocumentId { get; init; }

    // Pending, Unhandled or Malformed.
    public required WebSoInboxState State { get; init; }

    // The reason why the body can't be read.
    public string? Error { get; init; }

    // A 16-byte hash, equal for calls with the same content on the same path. Null if the delivery can't be a duplicate.
    public byte[]? DuplicateKey { get; init; }

    // How long after this call another call with the same key is a duplicate.
    public TimeSpan DuplicateWindow { get; init; }

    // True if this process has ReceiveOnly, so that it has not looked for a handler.
    public bool IsFromReceiveOnly { get; init; }

    public TraceContext? Trace { get; init; }

    // The parsed event, for the handover in memory.
    public WebSoEvent? Event { get; init; }
}
