namespace WebSo.Events;

/// <summary>A delivery to be stored.</summary>
public sealed class WebSoInboxAppend
{
    /// <summary>The length of <see cref="RepeatKey"/>, in bytes.</summary>
    public const int RepeatKeyLength = 16;

    /// <summary>Where and when it came, with the exact body. Of the query, no verified signature is left.</summary>
    public required WebSoEventContext Context { get; init; }

    /// <summary>The name of the event on the wire; empty where the body can't be read.</summary>
    public required string EventName { get; init; }

    /// <summary>The ID of the document; empty where there is none.</summary>
    public required string DocumentId { get; init; }

    /// <summary><see cref="WebSoInboxState.Pending"/>, <see cref="WebSoInboxState.Unhandled"/> or <see cref="WebSoInboxState.Malformed"/>.</summary>
    public required WebSoInboxState State { get; init; }

    /// <summary>Why the body can't be read; null where it can.</summary>
    public string? Error { get; init; }

    /// <summary>Equal for calls with the same content at the same place; 16 bytes, or empty: never a repeat.</summary>
    public ReadOnlyMemory<byte> RepeatKey { get; init; }

    /// <summary>
    /// How long after the last sighting the same key is a repeat where the last answer is known to have gone out; up to 24 hours.
    /// Of a malformed body the same key is a repeat for as long as it is kept.
    /// </summary>
    public TimeSpan RepeatWindow { get; init; }

    /// <summary>How long after the last sighting the same key is a repeat where it is not known that the last answer went out; up to 24 hours.</summary>
    public TimeSpan UnansweredRepeatWindow { get; init; }

    /// <summary>The span that stores it. Null: nobody traces.</summary>
    public WebSoTraceContext? Trace { get; init; }

    /// <summary>How many malformed bodies the store keeps at most, of all endpoints. Counts for a malformed one only.</summary>
    public int MaxMalformedCount { get; init; }

    /// <summary>How many bytes of malformed bodies the store keeps at most, of all endpoints. Counts for a malformed one only.</summary>
    public long MaxMalformedBytes { get; init; }
}
