namespace WebSo.Events.Engine;

/// <summary>A delivery to be stored.</summary>
internal sealed class NewDelivery
{
    public const int KeyLength = 16;

    /// <summary>Where and when it came, with the exact body. Of the query, no verified signature is left.</summary>
    public required WebSoEventContext Context { get; init; }

    /// <summary>Empty where the body can't be read.</summary>
    public required string EventName { get; init; }

    /// <summary>Empty where there is none.</summary>
    public required string DocumentId { get; init; }

    /// <summary>Pending, Unhandled or Malformed.</summary>
    public required WebSoInboxState State { get; init; }

    /// <summary>Why the body can't be read.</summary>
    public string? Error { get; init; }

    /// <summary>Equal for calls with the same content at the same place; 16 bytes. Null: never a duplicate.</summary>
    public byte[]? DuplicateKey { get; init; }

    /// <summary>How long after this call the same key is a duplicate.</summary>
    public TimeSpan DuplicateWindow { get; init; }

    /// <summary>Whether this process only receives, so that nobody has looked for a handler.</summary>
    public bool IsFromReceiveOnly { get; init; }

    public TraceContext? Trace { get; init; }

    /// <summary>As it was read, to be handed over.</summary>
    public WebSoEvent? Event { get; init; }
}
