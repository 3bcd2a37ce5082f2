namespace WebSo.Events;

// What the gauges and the health check of one endpoint's inbox look at.
internal sealed class InboxStatus(string endpointName, IWebSoInboxStore store, TimeProvider timeProvider)
{
    public string EndpointName { get; } = endpointName;

    public IWebSoInboxStore Store { get; } = store;

    public BacklogReading Backlog { get; } = new(endpointName, store, timeProvider);

    // Null until the host starts.
    public InboxWorker? Worker { get; set; }

    public long HeldDocuments => Worker?.HeldDocuments ?? 0;
}
