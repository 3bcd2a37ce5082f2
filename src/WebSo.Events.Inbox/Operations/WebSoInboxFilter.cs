namespace WebSo.Events;

/// <summary>Which events: those that satisfy all that is set. Texts are compared ordinally.</summary>
public sealed record WebSoInboxFilter
{
    /// <summary>The delivery ID. Not set: any.</summary>
    public Guid? DeliveryId { get; init; }

    /// <summary>The endpoint; empty for the default one. Not set: any.</summary>
    public string? EndpointName { get; init; }

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

    /// <summary>Throws where the filter says no more than the endpoint, so that nobody replays or discards everything by an oversight.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public void EnsureSelective()
    {
        if (DeliveryId is null && DocumentId is null && EventName is null && State is null && ReceivedFrom is null && ReceivedBefore is null)
            throw new ArgumentException("The filter lets everything through: set an ID, a document, an event, a state or a time.");
    }
}
