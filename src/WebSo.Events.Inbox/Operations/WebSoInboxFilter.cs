namespace WebSo.Events;

/// <summary>Selects deliveries: those that match everything that is set. Texts are compared ordinally.</summary>
public sealed record WebSoInboxFilter
{
    /// <summary>The delivery ID. Not set: any.</summary>
    public Guid? DeliveryId { get; init; }

    // Null selects all endpoints.
    internal string? EndpointName { get; init; }

    /// <summary>The document ID. Not set: any.</summary>
    public string? DocumentId { get; init; }

    /// <summary>The name of the event on the wire. Not set: any.</summary>
    public string? EventName { get; init; }

    /// <summary>The state. Not set: any.</summary>
    public WebSoInboxState? State { get; init; }

    /// <summary>Received at this time or later. Not set: any time.</summary>
    public DateTimeOffset? ReceivedFrom { get; init; }

    /// <summary>Received before this time. Not set: any time.</summary>
    public DateTimeOffset? ReceivedBefore { get; init; }

    // Prevents replaying or discarding everything by mistake.
    internal void EnsureSelective()
    {
        if (DeliveryId is null && DocumentId is null && EventName is null && State is null && ReceivedFrom is null && ReceivedBefore is null)
            throw new ArgumentException("The filter is empty. Set at least a delivery ID, a document, an event, a state or a time.");
    }
}
