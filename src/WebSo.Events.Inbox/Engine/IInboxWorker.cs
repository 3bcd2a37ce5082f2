namespace WebSo.Events.Engine;

// What handles the deliveries of an endpoint in this process. Called by the writer: each method returns at once and throws nothing.
internal interface IInboxWorker
{
    // Takes room for one more delivery. False: there is none, or the worker stops; then it claims later.
    bool TryReserve();

    // Gives the room back: the delivery was not leased.
    void CancelReservation();

    // Hands over a delivery for which room was reserved. Its lease is committed, and counts from a timestamp.
    void Start(Lease lease, long grantedAt);

    // Something that was not handed over can be claimed.
    void Wake();
}
