using System.Diagnostics;
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
    WebSoEventsDiagnostics diagnostics,
    InboxMetrics metrics,
    TimeProvider timeProvider,
    ILogger logger)
{
    private const int MaxErrorLength = 2000;

    // How long two versions run side by side at most, as far as this program cares.
    private static readonly TimeSpan s_overlap = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    // Called with the claim; the watch is reset by the progress.
    public async Task HandleAsync(ActiveClaim active, Action onHandlerCompleted)
    {
        using (active.Activity = StartActivity(active.Claim))
        {
            try
            {
                if (await TryHandleAsync(active, onHandlerCompleted).ConfigureAwait(false))
                    return;
            }
            catch (Exception failure)
            {
                EventTags.SetFailure(active.Activity, failure);
                throw;
            }

            active.Activity?.SetTag(EventTags.Outcome, "lost");
        }

        var claim = active.Claim;
        InboxLog.ClaimLost(logger, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId);
    }

    // For what failed outside the handlers: without a mark the event would hold its document until the process ends.
    public async Task RecoverAsync(ActiveClaim active, Exception failure)
    {
        var claim = active.Claim;
        try
        {
            if (failure is not WebSoInboxUnavailableException)
            {
                InboxLog.HandlingFailed(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, s_pause);
                await store.RetryAsync(claim, s_pause, ReasonOf(failure, failure), CancellationToken.None).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception second)
        {
            failure = second;
        }

        InboxLog.MarkFailed(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId);
    }

    // A trace of its own, since it can be days later; the link leads to that of the call.
    private Activity? StartActivity(WebSoInboxClaim claim)
    {
        if (!diagnostics.ActivitySource.HasListeners())
            return null;

        Activity.Current = null;
        return HandleActivity.Start(diagnostics.ActivitySource, claim.Context, claim.EventName, claim.DocumentId, TraceContext.LinkTo(claim));
    }

    // False: the claim is lost.
    private async Task<bool> TryHandleAsync(ActiveClaim active, Action onHandlerCompleted)
    {
        var begin = timeProvider.GetTimestamp();
        try
        {
            return await DispatchAsync(active, onHandlerCompleted).ConfigureAwait(false);
        }
        catch (ClaimLostException)
        {
            return false;
        }
        catch (WebSoInboxUnavailableException)
        {
            throw;
        }
        catch (Exception failure)
        {
            return !active.IsLost && await FailAsync(active, failure, begin).ConfigureAwait(false);
        }
    }

    private async Task<bool> DispatchAsync(ActiveClaim active, Action onHandlerCompleted)
    {
        var claim = active.Claim;
        // It could be read when it came.
        if (!serializer.TryDeserialize(claim.Context.Body.Span, claim.Context.Charset, out var e, out var error))
            throw error;

        var names = dispatcher.GetHandlerNames(endpointName, e);
        if (names.Count == 0)
            return await WaitForHandlerAsync(active).ConfigureAwait(false);

        var progress = new StoredProgress(claim, names, store, onHandlerCompleted);
        await dispatcher.DispatchAsync(e, claim.Context, progress, active.Token).ConfigureAwait(false);
        return await FinishAsync(active, WebSoInboxState.Handled, null).ConfigureAwait(false);
    }

    // The process that stored it had a handler: it is of another version, and in an overlapped deployment the one that goes on.
    private async Task<bool> WaitForHandlerAsync(ActiveClaim active)
    {
        var claim = active.Claim;
        var current = options.Get(endpointName);
        if (claim.Context.IsReplay || claim.Age >= s_overlap || claim.Age >= current.GiveUpAfter)
            return await FinishAsync(active, WebSoInboxState.Unhandled, null).ConfigureAwait(false);

        if (claim.Context.Attempt == 1)
            InboxLog.NoHandler(logger, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, s_overlap);
        active.Activity?.SetTag(EventTags.Outcome, "retry");
        var delay = RetryBackoff.DelayOf(claim.Context.Attempt, current);
        var left = (current.GiveUpAfter < s_overlap ? current.GiveUpAfter : s_overlap) - claim.Age;
        if (delay > left)
            delay = left;
        return await store.RetryAsync(claim, delay, "The process that was to handle it has no handler for it.", CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<bool> FailAsync(ActiveClaim active, Exception failure, long begin)
    {
        var claim = active.Claim;
        var cause = failure is WebSoHandlerException { InnerException: { } inner } ? inner : failure;

        // Cancelled, not failed: the process is to end.
        if (cause is OperationCanceledException && active.Token.IsCancellationRequested)
        {
            active.Activity?.SetTag(EventTags.Outcome, "released");
            return await store.ReleaseAsync(claim, CancellationToken.None).ConfigureAwait(false);
        }

        EventTags.SetFailure(active.Activity, cause);
        var reason = ReasonOf(failure, cause);
        var current = options.Get(endpointName);
        var age = claim.Age + timeProvider.GetElapsedTime(begin);
        if (cause is WebSoEventRejectedException || failure is WebSoEventFormatException || age >= current.GiveUpAfter)
        {
            InboxLog.DeadLetter(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, claim.Context.Attempt, reason);
            return Counted(await FinishAsync(active, WebSoInboxState.DeadLetter, reason).ConfigureAwait(false), metrics.DeadLettered);
        }

        // The last attempt is made when its time is over, not long after.
        var delay = cause is WebSoEventRetryException retry ? retry.Delay : RetryBackoff.DelayOf(claim.Context.Attempt, current);
        if (delay > current.GiveUpAfter - age)
            delay = current.GiveUpAfter - age;
        InboxLog.Retry(logger, failure, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, claim.Context.Attempt, reason, delay);
        active.Activity?.SetTag(EventTags.Outcome, "retry");
        return Counted(await store.RetryAsync(claim, delay, reason, CancellationToken.None).ConfigureAwait(false), metrics.Retried);

        bool Counted(bool isMarked, Action<string, WebSoEvent?, Exception> count)
        {
            if (isMarked)
                count(endpointName, serializer.TryDeserialize(claim.Context.Body.Span, claim.Context.Charset, out var e, out _) ? e : null, cause);
            return isMarked;
        }
    }

    private ValueTask<bool> FinishAsync(ActiveClaim active, WebSoInboxState state, string? error)
    {
        active.Activity?.SetTag(EventTags.Outcome, OutcomeOf(state));
        return store.FinishAsync(active.Claim, state, error, CancellationToken.None);
    }

    private static string OutcomeOf(WebSoInboxState state) => state switch
    {
        WebSoInboxState.Handled => "handled",
        WebSoInboxState.DeadLetter => "dead_letter",
        _ => "unhandled",
    };

    private static string ReasonOf(Exception failure, Exception cause)
    {
        var where = failure is WebSoHandlerException handler ? handler.HandlerName + ": " : "";
        var reason = $"{where}{cause.GetType().Name}: {cause.Message}";
        return reason.Length <= MaxErrorLength ? reason : reason.Substring(0, MaxErrorLength);
    }
}
