namespace WebSo.Events.Handling;

// Which handlers of one delivery completed. The last one is written with the end of the run; those before ride along with the next commit.
internal sealed class LeaseProgress : IWebSoDispatchProgress
{
    private readonly HashSet<string> _completed;
    private readonly ActiveLease _active;
    private readonly InboxEndpoint _endpoint;
    private readonly Action _onCompleted;
    private int _remaining;
    private long _begin;

    public LeaseProgress(ActiveLease active, IReadOnlyList<string> handlerNames, InboxEndpoint endpoint, Action onCompleted)
    {
        _completed = new HashSet<string>(active.Lease.CompletedHandlers, StringComparer.Ordinal);
        _remaining = handlerNames.Count(name => !_completed.Contains(name));
        (_active, _endpoint, _onCompleted) = (active, endpoint, onCompleted);
        _begin = endpoint.TimeProvider.GetTimestamp();
    }

    // The last one, which is not written yet.
    public IReadOnlyList<HandlerOutcome> Unwritten { get; private set; } = [];

    public bool IsCompleted(string handlerName) => _completed.Contains(handlerName);

    public ValueTask CompletedAsync(string handlerName, CancellationToken cancellationToken)
    {
        _onCompleted();
        var outcome = new HandlerOutcome(handlerName, _endpoint.TimeProvider.GetUtcNow(), _endpoint.TimeProvider.GetElapsedTime(_begin));
        _begin = _endpoint.TimeProvider.GetTimestamp();
        if (--_remaining == 0)
            Unwritten = [outcome];
        else
            _ = WriteAsync(outcome);

        // The handlers behind it are another process's to call.
        return _active.IsLost ? throw new LeaseLostException() : default;
    }

    // Not canceled when the process is to end: that the handler completed is true all the same.
    private async Task WriteAsync(HandlerOutcome outcome)
    {
        try
        {
            if (!await _endpoint.Engine.MarkAsync(new MarkOperation(_active.Lease, MarkKind.Renew) { Handlers = [outcome] }, CancellationToken.None).ConfigureAwait(false))
                _active.Lose();
        }
        catch (WebSoInboxStoreException)
        {
            // The mark of the delivery meets the same, and says so. At worst the handler runs again.
        }
    }
}
