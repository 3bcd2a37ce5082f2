using WebSo.Events.Inbox.Contracts;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A store that throws what no store should, the first time that it is asked for a thing.
internal sealed class FaultyStore(IWebSoInboxStore store, string method) : DelegatingStore(store)
{
    private int _hasThrown;

    public override ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken)
    {
        ThrowOnce(nameof(ClaimAsync));
        return base.ClaimAsync(endpointName, maxCount, cancellationToken);
    }

    public override ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken)
    {
        ThrowOnce(nameof(FinishAsync));
        return base.FinishAsync(claim, state, error, cancellationToken);
    }

    public override ValueTask<int> PurgeAsync(string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken)
    {
        ThrowOnce(nameof(PurgeAsync));
        return base.PurgeAsync(endpointName, state, age, maxCount, cancellationToken);
    }

    private void ThrowOnce(string asked)
    {
        if (asked == method && Interlocked.Exchange(ref _hasThrown, 1) == 0)
            throw new InvalidOperationException("a flaw of the store");
    }
}
