namespace WebSo.Events.Handling;

// Which handlers of one delivery completed. The last one is written with the end of the run; those before ride along with the next commit.
internal sealed class LeaseProgress(ActiveLease active, IReadOnlyList<string> handlerNames, InboxEndpoint endpoint, Action onCompleted) : IDispatchProgress
{
    private int _remaining = handlerNames.Count(name => !active.Lease.CompletedHandlers.Contains(name));
    private long _begin = endpoint.TimeProvider.GetTimestamp();

    // The last one, which is not written yet.
    public IReadOnlyList<HandlerOutcome> Unwritten { get; private set; } = [];

    public bool IsCompleted(string handlerName) => active.Lease.CompletedHandlers.Contains(handlerName);

    public ValueTask CompletedAsync(string handlerName, CancellationToken cancellationToken)
    {
        onCompleted();
        var outcome = new HandlerOutcome(handlerName, endpoint.TimeProvider.GetUtcNow(), endpoint.TimeProvider.GetElapsedTime(_begin));
        _begin = endpoint.TimeProvider.GetTimestamp();
        if (--_remaining == 0)
            Unwritten = [outcome];
        else
            _ = WriteAsync(outcome);

        // The handlers behind it are another process's to call.
        return active.IsLost ? throw new LeaseLostException() : default;
    }

    // Not canceled when the process is to end: that the handler completed is true all the same.
    private async Task WriteAsync(HandlerOutcome outcome)
    {
        try
        {
            if (!await endpoint.Engine.MarkAsync(new MarkOperation(active.Lease, MarkKind.Renew) { Handlers = [outcome] }, CancellationToken.None).ConfigureAwait(false))
                active.Lose();
        }
        catch (WebSoInboxStoreException)
        {
            // The mark of the delivery meets the same, and says so. At worst the handler runs again.
        }
    }
}
