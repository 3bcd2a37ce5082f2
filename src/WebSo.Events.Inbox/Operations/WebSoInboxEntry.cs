namespace WebSo.Events;

/// <summary>A stored delivery in a list.</summary>
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

    /// <summary>How often it was received: 1 if no call duplicated it. Kept until 7 days after its duplicate window ended, then 1 again.</summary>
    public required int ReceiveCount { get; init; }

    /// <summary>When it was received last. Kept as long as <see cref="ReceiveCount"/>, then <see cref="ReceivedAt"/>.</summary>
    public required DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>How many attempts to handle it have begun; a replay starts again at 0.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the next attempt is due; null if it is not pending, or waits behind another delivery of its document.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When its run ended; null while it is pending or being handled.</summary>
    public required DateTimeOffset? SettledAt { get; init; }

    /// <summary>The last error; null where there was none. Kept when a later attempt succeeds.</summary>
    public required string? LastError { get; init; }

    /// <summary>
    /// Whether it is a dead letter that the later deliveries of its document wait for (<see cref="WebSoAfterDeadLetter.HoldDocument"/>), until it is replayed or
    /// discarded.
    /// </summary>
    public required bool HoldsDocument { get; init; }

    /// <summary>Whether it was replayed.</summary>
    public required bool IsReplay { get; init; }
}
