using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Handles one claimed event, and tells the store what became of it.
internal sealed class ClaimHandler(
    string endpointName,
    IWebSoInboxStore store,
    IWebSoEventDispatcher dispatcher,
    WebSoEventSerializer serializer,
    IOptionsMonitor<WebSoInboxOptions> options,
    TimeProvider timeProvider,
    ILogger logger)
{
    private const int MaxErrorLength = 2000;

    // Called with the claim; the watch is reset by the progress.
    public async Task HandleAsync(ActiveClaim active, Action onHandlerCompleted)
    {
        var claim = active.Claim;
        var begin = timeProvider.GetTimestamp();
        try
        {
            if (!await TryHandleAsync(active, onHandlerCompleted, begin).ConfigureAwait(false))
                InboxLog.ClaimLost(logger, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId);
        }
        catch (Exception failure) when (failure is WebSoInboxStoreException or OperationCanceledException)
        {
            InboxLog.MarkFailed(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId);
        }
    }

    // False: the claim is lost.
    private async Task<bool> TryHandleAsync(ActiveClaim active, Action onHandlerCompleted, long begin)
    {
        var claim = active.Claim;
        if (!serializer.TryDeserialize(claim.Context.Body.Span, out var e, out var error))
            return await FinishAsync(claim, WebSoInboxState.Malformed, error.Message).ConfigureAwait(false);

        var names = dispatcher.GetHandlerNames(endpointName, e);
        if (names.Count == 0)
            return await FinishAsync(claim, WebSoInboxState.Unhandled, null).ConfigureAwait(false);

        try
        {
            var progress = new StoredProgress(claim, names, store, onHandlerCompleted);
            await dispatcher.DispatchAsync(e, claim.Context, progress, active.Token).ConfigureAwait(false);
        }
        catch (ClaimLostException)
        {
            return false;
        }
        catch (WebSoInboxStoreException)
        {
            throw;
        }
        catch (Exception failure)
        {
            return !active.IsLost && await FailAsync(active, failure, begin).ConfigureAwait(false);
        }

        return await FinishAsync(claim, WebSoInboxState.Handled, null).ConfigureAwait(false);
    }

    private async Task<bool> FailAsync(ActiveClaim active, Exception failure, long begin)
    {
        var claim = active.Claim;
        var cause = failure is WebSoHandlerException { InnerException: { } inner } ? inner : failure;

        // Cancelled, not failed: the process is to end.
        if (cause is OperationCanceledException && active.Token.IsCancellationRequested)
            return await store.ReleaseAsync(claim, CancellationToken.None).ConfigureAwait(false);

        var reason = ReasonOf(failure, cause);
        var current = options.Get(endpointName);
        var age = claim.Age + timeProvider.GetElapsedTime(begin);
        if (cause is WebSoEventRejectedException || age >= current.GiveUpAfter)
        {
            InboxLog.DeadLetter(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, claim.Context.Attempt, reason);
            return await FinishAsync(claim, WebSoInboxState.DeadLetter, reason).ConfigureAwait(false);
        }

        var delay = cause is WebSoEventRetryException retry ? retry.Delay : RetryBackoff.DelayOf(claim.Context.Attempt, current);
        InboxLog.Retry(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, claim.Context.Attempt, reason, delay);
        return await store.RetryAsync(claim, delay, reason, CancellationToken.None).ConfigureAwait(false);
    }

    private ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error) =>
        store.FinishAsync(claim, state, error, CancellationToken.None);

    private static string ReasonOf(Exception failure, Exception cause)
    {
        var where = failure is WebSoHandlerException handler ? handler.HandlerName + ": " : "";
        var reason = $"{where}{cause.GetType().Name}: {cause.Message}";
        return reason.Length <= MaxErrorLength ? reason : reason.Substring(0, MaxErrorLength);
    }
}
