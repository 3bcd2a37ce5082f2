namespace WebSo.Events.Inbox.Engine;

// Handles the deliveries of an endpoint in this process. The writer calls these methods, so they return immediately and never throw.
internal interface IInboxWorker
{
    // Reserves room for one delivery. Returns false if there is no room or the worker is stopping; the delivery is then claimed later.
    bool TryReserve();

    // Releases a reservation because the delivery was not leased.
    void CancelReservation();

    // Hands over a delivery for which room was reserved. Its lease is committed and valid from grantedAt.
    void Start(Lease lease, long grantedAt);

    // Signals that there are deliveries to claim.
    void Wake();
}
