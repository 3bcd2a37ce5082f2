namespace WebSo.Events;

/// <summary>Selects the deliveries that match all properties that are set. Texts are compared ordinally.</summary>
public sealed record WebSoInboxFilter
{
    /// <summary>The delivery ID. Null matches any.</summary>
    public Guid? DeliveryId { get; init; }

    // Null selects all endpoints.
    internal string? EndpointName { get; init; }

    /// <summary>The document ID. Null matches any.</summary>
    public string? DocumentId { get; init; }

    /// <summary>The name of the event on the wire. Null matches any.</summary>
    public string? EventName { get; init; }

    /// <summary>The state. Null matches any.</summary>
    public WebSoInboxState? State { get; init; }

    /// <summary>The earliest time of receipt, inclusive. Null means no limit.</summary>
    public DateTimeOffset? ReceivedFrom { get; init; }

    /// <summary>The latest time of receipt, exclusive. Null means no limit.</summary>
    public DateTimeOffset? ReceivedBefore { get; init; }

    // Prevents replaying or discarding everything by mistake.
    internal void EnsureSelective()
    {
        if (DeliveryId is null && DocumentId is null && EventName is null && State is null && ReceivedFrom is null && ReceivedBefore is null)
            throw new ArgumentException("The filter is empty. Set at least a delivery ID, a document, an event, a state or a time.");
    }
}
