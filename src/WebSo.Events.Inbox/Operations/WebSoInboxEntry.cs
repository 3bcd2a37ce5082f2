namespace WebSo.Events;

/// <summary>A stored event in a list.</summary>
public sealed record WebSoInboxEntry
{
    /// <summary>Identifies it: <see cref="WebSoEventContext.DeliveryId"/>.</summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>The endpoint that received it; empty for the default one.</summary>
    public required string EndpointName { get; init; }

    /// <summary>The name of the event on the wire; empty where the body can't be read.</summary>
    public required string EventName { get; init; }

    /// <summary>The ID of the document; empty where there is none.</summary>
    public required string DocumentId { get; init; }

    /// <summary>Where it stands.</summary>
    public required WebSoInboxState State { get; init; }

    /// <summary>When it was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How often it was received: 1 without a repeat.</summary>
    public required int Sightings { get; init; }

    /// <summary>When it was received last.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>Whether the answer to the last call is known to have gone out whole.</summary>
    public required bool IsAnswered { get; init; }

    /// <summary>How many attempts at handling it were begun; a replay begins anew.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it is to be tried next; null where it is not pending.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it came into its state, where that is one in which it rests; null where it is pending or being handled.</summary>
    public required DateTimeOffset? SettledAt { get; init; }

    /// <summary>The last error; null where there was none. Kept when a later attempt succeeds.</summary>
    public required string? LastError { get; init; }

    /// <summary>Whether someone asked for it to be handled again.</summary>
    public required bool IsReplay { get; init; }
}
