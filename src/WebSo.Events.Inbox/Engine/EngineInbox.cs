namespace WebSo.Events.Engine;

// An engine as operators see it: the deliveries of one endpoint, and nothing of others that share the store; or those of all endpoints.
internal sealed class EngineInbox(InboxEngine engine, string? endpointName, Func<WebSoEventContext, WebSoEvent?> readBody) : IWebSoInbox
{
    // How many handlers of this process ignore their token: the store does not know.
    public Func<int> CountStuckHandlers { get; init; } = static () => 0;

    // A replay, discard or erase changes nothing, and counts.
    public bool IsPreview { get; init; }

    public async ValueTask<WebSoInboxBacklog> GetBacklogAsync(CancellationToken cancellationToken = default)
    {
        var backlog = await engine.Reader.GetBacklogAsync(endpointName, cancellationToken).ConfigureAwait(false);
        return backlog with { StuckHandlers = CountStuckHandlers() };
    }

    public ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(CancellationToken cancellationToken = default) =>
        new(engine.Reader.CountAsync(endpointName, cancellationToken));

    public ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize = 100, string? cursor = null, CancellationToken cancellationToken = default) =>
        new(engine.ListAsync(Own(filter), pageSize, cursor, cancellationToken));

    public async ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken = default)
    {
        var details = await engine.Reader.GetAsync(deliveryId, cancellationToken).ConfigureAwait(false);
        return endpointName is null || details?.Entry.EndpointName == endpointName ? details : null;
    }

    public ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default) =>
        new(engine.ReplayAsync(Own(filter), readBody, cancellationToken, IsPreview));

    public ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default) =>
        new(engine.DiscardAsync(Own(filter), cancellationToken, IsPreview));

    public async ValueTask<long> EraseAsync(string documentId, CancellationToken cancellationToken = default) =>
        (await EraseDocumentAsync(documentId, cancellationToken).ConfigureAwait(false)).Count;

    // Traces: as those of the engine.
    public async ValueTask<(long Count, string? Traces)> EraseDocumentAsync(string documentId, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(documentId))
            throw new ArgumentException("Give the ID of a document: deliveries without one can't be erased by document.", nameof(documentId));

        if (IsPreview)
            return (await engine.CountErasableAsync(endpointName, documentId, cancellationToken).ConfigureAwait(false), null);

        var (erased, beingHandled, traces) = await engine.EraseAsync(endpointName, documentId, cancellationToken).ConfigureAwait(false);
        return beingHandled == 0 ? (erased, traces) : throw new InvalidOperationException(
            $"{beingHandled} {(beingHandled == 1 ? "delivery of the document is" : "deliveries of the document are")} being handled and could not be erased; {erased} others were. "
            + "Erase the document again when its handlers have returned.");
    }

    public async ValueTask PauseAsync(CancellationToken cancellationToken = default) =>
        await engine.PauseAsync(endpointName, cancellationToken).ConfigureAwait(false);

    public async ValueTask ResumeAsync(CancellationToken cancellationToken = default) =>
        await engine.ResumeAsync(endpointName, cancellationToken).ConfigureAwait(false);

    private WebSoInboxFilter Own(WebSoInboxFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return endpointName is null ? filter : filter with { EndpointName = endpointName };
    }
}
