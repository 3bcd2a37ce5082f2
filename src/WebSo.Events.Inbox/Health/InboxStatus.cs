using WebSo.Events.Engine;
using WebSo.Events.Handling;

namespace WebSo.Events;

// What the gauges and the health check of one endpoint's inbox look at.
internal sealed class InboxStatus(InboxEndpoint endpoint, InboxBounds bounds)
{
    public string EndpointName => endpoint.Name;

    public InboxEngine Engine => endpoint.Engine;

    public InboxBounds Bounds => bounds;

    public WebSoInboxOptions Options => endpoint.Options;

    public BacklogReading Backlog { get; } = new(endpoint);

    // Null until the host starts, and in a process that only receives.
    public DeliveryWorker? Worker { get; set; }

    public int StuckHandlers => Worker?.StuckHandlers ?? 0;

    // The store does not know how many handlers ignore their token: that is a matter of this process.
    public async Task<WebSoInboxBacklog> GetBacklogAsync(CancellationToken cancellationToken)
    {
        var backlog = await Engine.Reader.GetBacklogAsync(EndpointName, cancellationToken).ConfigureAwait(false);
        return backlog with { StuckHandlers = StuckHandlers };
    }
}
