namespace WebSo.Events;

// What the gauges and the health check of one endpoint's inbox look at.
internal sealed class InboxStatus(string endpointName, IWebSoInboxStore store, TimeProvider timeProvider)
{
    public string EndpointName { get; } = endpointName;

    public IWebSoInboxStore Store { get; } = store;

    public BacklogReading Backlog { get; } = new(endpointName, store, timeProvider);

    // Null until the host starts.
    public InboxWorker? Worker { get; set; }

    // The store does not know what is held: that is a matter of this process.
    public async ValueTask<WebSoInboxBacklog> GetBacklogAsync(CancellationToken cancellationToken)
    {
        var backlog = await Store.GetBacklogAsync(EndpointName, cancellationToken).ConfigureAwait(false);
        return backlog with { HeldDocuments = HeldDocuments };
    }

    public long HeldDocuments => Worker?.HeldDocuments ?? 0;
}
