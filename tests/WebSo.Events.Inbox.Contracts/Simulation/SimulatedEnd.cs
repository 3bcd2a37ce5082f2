namespace WebSo.Events.Inbox.Contracts;

// How one call of a handler ends.
internal enum SimulatedEnd
{
    Completes,
    Fails,
    AsksForRetry,
    Rejects,
}
