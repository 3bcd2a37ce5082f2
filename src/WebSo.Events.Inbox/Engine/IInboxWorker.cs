namespace WebSo.Events.Engine;

/// <summary>What handles the deliveries of an endpoint in this process. Called by the writer: each method returns at once and throws nothing.</summary>
internal interface IInboxWorker
{
    /// <summary>Takes room for one more delivery. False: there is none, or the worker stops; then it claims later.</summary>
    bool TryReserve();

    /// <summary>Gives the room back: the delivery was not leased.</summary>
    void CancelReservation();

    /// <summary>Hands over a delivery for which room was reserved. Its lease is committed, and counts from a timestamp.</summary>
    void Start(Lease lease, long grantedAt);

    /// <summary>Something that was not handed over can be claimed.</summary>
    void Wake();
}
