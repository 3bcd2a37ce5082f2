namespace WebSo.Events;

/// <summary>An event that a worker has claimed for handling.</summary>
public sealed class WebSoInboxClaim
{
    /// <summary>The store's own number of the event.</summary>
    public required long Id { get; init; }

    /// <summary>The fencing token, larger than that of each earlier claim of the event.</summary>
    public required long Token { get; init; }

    /// <summary>The context as it was stored, with the attempt that this claim is and whether it is a replay.</summary>
    public required WebSoEventContext Context { get; init; }

    /// <summary>The name of the event on the wire.</summary>
    public required string EventName { get; init; }

    /// <summary>The ID of the document; empty where there is none.</summary>
    public required string DocumentId { get; init; }

    /// <summary>The names of the handlers that completed in earlier attempts.</summary>
    public required IReadOnlyCollection<string> CompletedHandlers { get; init; }

    /// <summary>How long ago, by the store's clock, the first attempt began; a replay begins anew. Zero in the first attempt.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary><see cref="WebSoInboxAppend.Trace"/>, as it was stored. Null: nobody traced.</summary>
    public WebSoTraceContext? Trace { get; init; }
}
