namespace WebSo.Events;

// The inbox of one endpoint: nothing of another that shares the store is seen or changed by it.
internal sealed class EndpointInbox(string name, IWebSoInboxStore store, InboxStatus status) : IWebSoInbox
{
    public async ValueTask<WebSoInboxBacklog> GetBacklogAsync(string? endpointName, CancellationToken cancellationToken)
    {
        _ = Own(endpointName);
        return await status.GetBacklogAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpointName, CancellationToken cancellationToken) =>
        store.CountAsync(Own(endpointName), cancellationToken);

    public ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken) =>
        store.ListAsync(Own(filter), pageSize, cursor, cancellationToken);

    public async ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken) =>
        await store.GetAsync(deliveryId, cancellationToken).ConfigureAwait(false) is { } details && details.Entry.EndpointName == name ? details : null;

    public ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken) => store.ReplayAsync(Own(filter), cancellationToken);

    public ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken) => store.DiscardAsync(Own(filter), cancellationToken);

    public ValueTask PauseAsync(string? endpointName, CancellationToken cancellationToken) => store.PauseAsync(Own(endpointName), cancellationToken);

    public ValueTask ResumeAsync(string? endpointName, CancellationToken cancellationToken) => store.ResumeAsync(Own(endpointName), cancellationToken);

    private string Own(string? asked) => asked is null || asked == name
        ? name
        : throw new ArgumentException($"This is the inbox of the endpoint '{name}': get that of '{asked}' by its key.", nameof(asked));

    private WebSoInboxFilter Own(WebSoInboxFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter with { EndpointName = Own(filter.EndpointName) };
    }
}
