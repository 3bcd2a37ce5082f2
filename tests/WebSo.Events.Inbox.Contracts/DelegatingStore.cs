namespace WebSo.Events.Inbox.Contracts;

/// <summary>A store that does what another does, for a test that steps in between.</summary>
public abstract class DelegatingStore(IWebSoInboxStore store) : IWebSoInboxStore
{
    public TimeSpan? LeaseDuration => store.LeaseDuration;

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public virtual ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend delivery, CancellationToken cancellationToken) =>
        store.AppendAsync(delivery, cancellationToken);

    public virtual void MarkAnswered(WebSoInboxSighting sighting) => store.MarkAnswered(sighting);

    public ValueTask ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public virtual ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken) =>
        store.ClaimAsync(endpointName, maxCount, cancellationToken);

    public virtual ValueTask<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken) =>
        store.RenewAsync(claims, cancellationToken);

    public virtual ValueTask<bool> CompleteHandlerAsync(WebSoInboxClaim claim, string handlerName, CancellationToken cancellationToken) =>
        store.CompleteHandlerAsync(claim, handlerName, cancellationToken);

    public virtual ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken) =>
        store.FinishAsync(claim, state, error, cancellationToken);

    public virtual ValueTask<bool> RetryAsync(WebSoInboxClaim claim, TimeSpan delay, string error, CancellationToken cancellationToken) =>
        store.RetryAsync(claim, delay, error, cancellationToken);

    public ValueTask<bool> ReleaseAsync(WebSoInboxClaim claim, CancellationToken cancellationToken) => store.ReleaseAsync(claim, cancellationToken);

    public void KeepUntil(WebSoInboxClaim claim, Task handling) => store.KeepUntil(claim, handling);

    public virtual ValueTask<int> PurgeAsync(string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken) =>
        store.PurgeAsync(endpointName, state, age, maxCount, cancellationToken);

    public ValueTask<long> TrimUnhandledAsync(string endpointName, long maxCount, long maxBytes, CancellationToken cancellationToken) =>
        store.TrimUnhandledAsync(endpointName, maxCount, maxBytes, cancellationToken);

    public IDisposable OnWork(Action<string> signal) => store.OnWork(signal);

    public ValueTask<WebSoInboxBacklog> GetBacklogAsync(string? endpointName, CancellationToken cancellationToken) =>
        store.GetBacklogAsync(endpointName, cancellationToken);

    public ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpointName, CancellationToken cancellationToken) =>
        store.CountAsync(endpointName, cancellationToken);

    public ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken) =>
        store.ListAsync(filter, pageSize, cursor, cancellationToken);

    public ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken) => store.GetAsync(deliveryId, cancellationToken);

    public ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken) => store.ReplayAsync(filter, cancellationToken);

    public ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken) => store.DiscardAsync(filter, cancellationToken);

    public ValueTask PauseAsync(string? endpointName, CancellationToken cancellationToken) => store.PauseAsync(endpointName, cancellationToken);

    public ValueTask ResumeAsync(string? endpointName, CancellationToken cancellationToken) => store.ResumeAsync(endpointName, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
