namespace WebSo.Events;

/// <summary>A stored delivery in a list.</summary>
public sealed record WebSoInboxEntry
{
    /// <summary>The <see cref="WebSoEventContext.DeliveryId"/>.</summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>The name of the endpoint that received the delivery; empty for the default endpoint.</summary>
    public required string EndpointName { get; init; }

    /// <summary>The name of the event on the wire; empty if the body can't be read.</summary>
    public required string EventName { get; init; }

    /// <summary>The ID of the document. Empty if the event does not name a document.</summary>
    public required string DocumentId { get; init; }

    /// <summary>The state of the delivery.</summary>
    public required WebSoInboxState State { get; init; }

    /// <summary>When the delivery was received.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How often the delivery was received, duplicates included. Kept until 7 days after its duplicate window ended, then 1.</summary>
    public required int ReceiveCount { get; init; }

    /// <summary>When the delivery was last received. Kept as long as <see cref="ReceiveCount"/>, then equal to <see cref="ReceivedAt"/>.</summary>
    public required DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>The number of attempts that have started. A replay starts again at 0.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the next attempt is due; null if the delivery is not pending, or waits behind another delivery of its document.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the last run ended; null while the delivery is pending or being handled.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>The last error; null if there was none. Kept if a later attempt succeeds.</summary>
    public required string? LastError { get; init; }

    /// <summary>
    /// True if the delivery is a dead letter and the later deliveries of its document wait until it is replayed or discarded (see
    /// <see cref="WebSoInboxOptions.HoldDocumentAfterDeadLetter"/>).
    /// </summary>
    public required bool HoldsDocument { get; init; }

    /// <summary>True if the delivery was replayed.</summary>
    public required bool IsReplay { get; init; }
}
