namespace WebSo.Events.Engine;

// A delivery to be stored.
internal sealed class NewDelivery
{
    public const int KeyLength = 16;

    // Where and when it came, with the exact body. Of the query, no verified signature is left.
    public required WebSoEventContext Context { get; init; }

    // Empty where the body can't be read.
    public required string EventName { get; init; }

    // Empty where there is none.
    public required string DocumentId { get; init; }

    // Pending, Unhandled or Malformed.
    public required WebSoInboxState State { get; init; }

    // Why the body can't be read.
    public string? Error { get; init; }

    // Equal for calls with the same content at the same place; 16 bytes. Null: never a duplicate.
    public byte[]? DuplicateKey { get; init; }

    // How long after this call the same key is a duplicate.
    public TimeSpan DuplicateWindow { get; init; }

    // Whether this process only receives, so that nobody has looked for a handler.
    public bool IsFromReceiveOnly { get; init; }

    public TraceContext? Trace { get; init; }

    // As it was read, to be handed over.
    public WebSoEvent? Event { get; init; }
}
