namespace WebSo.Events.Inbox.Handling;

// Tracks which handlers of a delivery completed. The last completion is written together with the end of the run; earlier ones are written
// with the next commit.
internal sealed class LeaseProgress(ActiveLease active, IReadOnlyList<string> handlerNames, InboxEndpoint endpoint, Action onCompleted) : IDispatchProgress
{
    private int _remaining = handlerNames.Count(name => !active.Lease.CompletedHandlers.Contains(name));
    private long _begin = endpoint.TimeProvider.GetTimestamp();

    // The completion of the last handler, which is written with the end of the run.
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

        // Another process calls the remaining handlers.
        return active.IsLost ? throw new LeaseLostException() : default;
    }

    // Not canceled when the process stops, because the handler has completed.
    private async Task WriteAsync(HandlerOutcome outcome)
    {
        try
        {
            if (!await endpoint.Engine.UpdateLeaseAsync(new LeaseUpdate(active.Lease, LeaseUpdateKind.Renew) { Handlers = [outcome] }, CancellationToken.None).ConfigureAwait(false))
                active.MarkLost();
        }
        catch (WebSoInboxStoreException)
        {
            // Writing the result of the delivery fails too and logs the error. At worst the handler runs again.
        }
    }
}
