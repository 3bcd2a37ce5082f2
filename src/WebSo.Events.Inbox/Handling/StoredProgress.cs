namespace WebSo.Events;

// Which handlers of one event completed. Each is noted in the store before the next begins; after the last, the event itself is.
internal sealed class StoredProgress : IWebSoDispatchProgress
{
    private readonly HashSet<string> _completed;
    private readonly WebSoInboxClaim _claim;
    private readonly IWebSoInboxStore _store;
    private readonly Action _onCompleted;
    private int _remaining;

    public StoredProgress(WebSoInboxClaim claim, IReadOnlyList<string> handlerNames, IWebSoInboxStore store, Action onCompleted)
    {
        _completed = new HashSet<string>(claim.CompletedHandlers, StringComparer.Ordinal);
        _remaining = handlerNames.Count(name => !_completed.Contains(name));
        (_claim, _store, _onCompleted) = (claim, store, onCompleted);
    }

    public bool IsCompleted(string handlerName) => _completed.Contains(handlerName);

    public async ValueTask CompletedAsync(string handlerName, CancellationToken cancellationToken)
    {
        _onCompleted();
        if (--_remaining == 0)
            return;

        // Not cancelled when the process is to end: that the handler completed is true all the same.
        if (!await _store.CompleteHandlerAsync(_claim, handlerName, CancellationToken.None).ConfigureAwait(false))
            throw new ClaimLostException();
    }
}
