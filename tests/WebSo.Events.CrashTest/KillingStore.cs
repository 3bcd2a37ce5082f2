using System.Diagnostics;

namespace WebSo.Events.CrashTest;

// A store that kills its process, as kill -9 does, when a step is reached for the given time.
internal sealed class KillingStore(IWebSoInboxStore store, KillStep step, int count) : IWebSoInboxStore
{
    private int _left = count;

    public TimeSpan? LeaseDuration => store.LeaseDuration;

    public void Reach(KillStep reached)
    {
        if (reached == step && Interlocked.Decrement(ref _left) == 0)
            Process.GetCurrentProcess().Kill();
    }

    public Task OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public async ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend delivery, CancellationToken cancellationToken)
    {
        Reach(KillStep.BeforeWrite);
        var result = await store.AppendAsync(delivery, cancellationToken);
        Reach(KillStep.AfterWrite);
        return result;
    }

    public ValueTask ProbeAsync(CancellationToken cancellationToken) => store.ProbeAsync(cancellationToken);

    public void MarkAnswered(WebSoInboxSighting sighting)
    {
        Reach(KillStep.AfterAnswer);
        store.MarkAnswered(sighting);
    }

    public async ValueTask<bool> CompleteHandlerAsync(WebSoInboxClaim claim, string handlerName, CancellationToken cancellationToken)
    {
        Reach(KillStep.BeforeCompletion);
        var result = await store.CompleteHandlerAsync(claim, handlerName, cancellationToken);
        Reach(KillStep.AfterCompletion);
        return result;
    }

    public async ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken)
    {
        Reach(KillStep.BeforeMark);
        var result = await store.FinishAsync(claim, state, error, cancellationToken);
        Reach(KillStep.AfterMark);
        return result;
    }

    public ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken) =>
        store.ClaimAsync(endpointName, maxCount, cancellationToken);

    public ValueTask<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken) =>
        store.RenewAsync(claims, cancellationToken);

    public ValueTask<bool> RetryAsync(WebSoInboxClaim claim, TimeSpan delay, string error, CancellationToken cancellationToken) =>
        store.RetryAsync(claim, delay, error, cancellationToken);

    public ValueTask<bool> ReleaseAsync(WebSoInboxClaim claim, CancellationToken cancellationToken) => store.ReleaseAsync(claim, cancellationToken);

    public void KeepUntil(WebSoInboxClaim claim, Task handling) => store.KeepUntil(claim, handling);

    public ValueTask<int> PurgeAsync(string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken) =>
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

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
