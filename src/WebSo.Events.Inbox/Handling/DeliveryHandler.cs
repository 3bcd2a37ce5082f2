using System.Diagnostics;
using WebSo.Events.Serialization;

namespace WebSo.Events.Inbox.Handling;

// Calls the handlers of one delivery and decides the result: handled, retry, unhandled or dead letter.
internal sealed class DeliveryHandler(InboxEndpoint endpoint)
{
    // The number of consecutive attempts that may end because the process ended. It is above 1 because a crash also interrupts the other
    // deliveries that are being handled at the time.
    private const int MaxInterruptions = 10;

    // How long two versions of the application may run side by side during a deployment.
    private static readonly TimeSpan s_maxDeploymentOverlap = TimeSpan.FromHours(1);

    private static readonly WebSoInboxOptions s_defaults = new();

    private readonly ThrottledLine<(Exception Failure, Lease Lease)> _resultFailed = new(
        endpoint.TimeProvider,
        (count, latest) => InboxLog.MarkFailed(
            endpoint.Logger, latest.Failure, count, endpoint.Name, LogText.Of(latest.Lease.EventName), LogText.Of(latest.Lease.DocumentId), latest.Lease.Context.DeliveryId));

    private readonly LoggedEventNames _unhandled = new(
        endpoint.TimeProvider, (count, name) => ReceiverLog.NamesNotLogged(endpoint.Logger, count, endpoint.Name, "stored as unhandled", name));

    // Returns null if the lease is lost and there is no result to write. Throws only for unexpected errors, such as options that can't be
    // read.
    public async Task<LeaseUpdate?> HandleAsync(ActiveLease active, Action onHandlerCompleted)
    {
        var begin = endpoint.TimeProvider.GetTimestamp();
        var activity = StartActivity(active.Lease);
        try
        {
            return await DispatchAsync(active, begin, onHandlerCompleted, activity).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var update = active.IsLost || failure is LeaseLostException ? null : Fail(active, failure, begin, activity);
            if (update is null)
            {
                activity?.SetTag(EventTags.Outcome, "lost");
                LogLost(active.Lease);
            }

            return update;
        }
        finally
        {
            SafeActivity.Stop(activity);
        }
    }

    // For an error outside the handlers. Uses the default delays, because reading the options may be what failed.
    public LeaseUpdate RetryAfterError(Lease lease, Exception failure)
    {
        _resultFailed.Add((failure, lease));
        return new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Delay = RetryBackoff.DelayOf(lease.Context.Attempt, s_defaults), Error = FailureText.Of(failure) };
    }

    public async Task UpdateLeaseAsync(ActiveLease active, LeaseUpdate update)
    {
        var lease = active.Lease;
        try
        {
            if (!await endpoint.Engine.UpdateLeaseAsync(update, CancellationToken.None).ConfigureAwait(false))
            {
                LogLost(lease);
                return;
            }

            if (update.Failure is { } cause)
                Count(update, cause);
            if (update is { Kind: LeaseUpdateKind.Complete, State: WebSoInboxState.DeadLetter })
                endpoint.DeadLetterNotifier?.Add(lease.Sequence);
        }
        catch (WebSoInboxStoreException failure)
        {
            _resultFailed.Add((failure, lease));
        }
    }

    // Starts a new trace, because handling can take place days later. A link leads to the trace of the call.
    private Activity? StartActivity(Lease lease)
    {
        if (!endpoint.Diagnostics.ActivitySource.HasListeners())
            return null;

        Activity.Current = null;
        return HandleActivity.Start(endpoint.Diagnostics.ActivitySource, lease.Context, lease.EventName, lease.DocumentId, lease.Trace?.ToLink());
    }

    private async Task<LeaseUpdate?> DispatchAsync(ActiveLease active, long begin, Action onHandlerCompleted, Activity? activity)
    {
        var lease = active.Lease;

        // This path calls no handler, so the age of the lease does not matter. If the lease is lost, its result changes nothing.
        if (lease.IsTakeover && !active.IsLost)
            return AfterInterruption(lease, activity);

        // If the claim returned late or the lease waited long for a slot, another process may hold the lease.
        if (active.IsLost || endpoint.TimeProvider.GetElapsedTime(active.RenewedAt) >= endpoint.UsableLeaseDuration)
        {
            activity?.SetTag(EventTags.Outcome, "released");
            return new LeaseUpdate(lease, LeaseUpdateKind.Release);
        }

        var e = lease.Event;
        if (e is null && !endpoint.Serializer.TryDeserialize(lease.Context.Body.Span, lease.Context.Charset, out e, out var error))
            throw error;

        var names = endpoint.Dispatcher.GetHandlerNames(e);
        if (names.Count == 0)
            return WithoutHandler(lease, e, activity);

        var progress = new LeaseProgress(active, names, endpoint, onHandlerCompleted);
        await endpoint.Dispatcher.DispatchAsync(e, lease.Context, progress, active.Token).ConfigureAwait(false);
        activity?.SetTag(EventTags.Outcome, "handled");
        return new LeaseUpdate(lease, LeaseUpdateKind.Complete)
        {
            State = WebSoInboxState.Handled,
            Handlers = progress.Unwritten,
            Duration = endpoint.TimeProvider.GetElapsedTime(begin),
        };
    }

    // Decides before a handler is called, because a handler that ends the process would end it again.
    private LeaseUpdate AfterInterruption(Lease lease, Activity? activity)
    {
        var reason = $"The process ended during {lease.Interruptions} consecutive {(lease.Interruptions == 1 ? "attempt" : "attempts")}.";
        var cause = new WebSoInboxStoreException(reason);

        // The retry duration may have passed only because no process was running, so the delivery gets one more attempt.
        if (lease.Interruptions >= MaxInterruptions || (lease.Interruptions > 1 && lease.Age >= endpoint.Options.MaxRetryDuration))
            return MoveToDeadLetter(lease, cause, cause, reason, TimeSpan.Zero, activity);

        activity?.SetTag(EventTags.Outcome, "retry");
        return new LeaseUpdate(lease, LeaseUpdateKind.RetryInterrupted) { Delay = RetryBackoff.DelayOf(lease.Interruptions, endpoint.Options), Error = reason };
    }

    // The process that stored the delivery had a handler, so it runs another version; during a deployment, that is usually the newer one. A
    // process with ReceiveOnly has no handlers, so its deliveries become Unhandled immediately and do not delay their document.
    private LeaseUpdate WithoutHandler(Lease lease, WebSoEvent e, Activity? activity)
    {
        var current = endpoint.Options;
        if (lease.IsFromReceiveOnly || lease.Context.IsReplay || lease.Age >= s_maxDeploymentOverlap || lease.Age >= current.MaxRetryDuration)
        {
            if (lease.IsFromReceiveOnly && _unhandled.TryAdd(e))
                InboxLog.Unhandled(endpoint.Logger, endpoint.Name, LogText.Of(lease.EventName));
            activity?.SetTag(EventTags.Outcome, "unhandled");
            return new LeaseUpdate(lease, LeaseUpdateKind.Complete) { State = WebSoInboxState.Unhandled };
        }

        if (lease.Context.Attempt == 1)
            InboxLog.NoHandler(endpoint.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, s_maxDeploymentOverlap);
        activity?.SetTag(EventTags.Outcome, "retry");
        var left = (current.MaxRetryDuration < s_maxDeploymentOverlap ? current.MaxRetryDuration : s_maxDeploymentOverlap) - lease.Age;
        return new LeaseUpdate(lease, LeaseUpdateKind.Retry)
        {
            Delay = Min(RetryBackoff.DelayOf(lease.Context.Attempt, current), left),
            Error = "This process has no handler for the event, but the process that stored it had one.",
        };
    }

    private LeaseUpdate Fail(ActiveLease active, Exception failure, long begin, Activity? activity)
    {
        var lease = active.Lease;
        var cause = failure is HandlerException { InnerException: { } inner } ? inner : failure;

        // The handler was canceled because the process is stopping. This is not a failure.
        if (cause is OperationCanceledException && active.Token.IsCancellationRequested)
        {
            activity?.SetTag(EventTags.Outcome, "released");
            return new LeaseUpdate(lease, LeaseUpdateKind.Release);
        }

        EventTags.SetFailure(activity, cause);
        var (reason, duration) = (FailureText.Of(failure), endpoint.TimeProvider.GetElapsedTime(begin));
        var current = endpoint.Options;
        var age = lease.Age + duration;
        if (cause is WebSoEventRejectedException || failure is EventFormatException || age >= current.MaxRetryDuration)
            return MoveToDeadLetter(lease, failure, cause, reason, duration, activity);

        // The last attempt takes place when the retry duration ends, not later.
        var delay = Min(cause is WebSoEventRetryException retry ? retry.Delay : RetryBackoff.DelayOf(lease.Context.Attempt, current), current.MaxRetryDuration - age);

        // The stack trace is logged for the first attempt and for the dead letter, not for each attempt.
        InboxLog.Retry(
            endpoint.Logger, lease.Context.Attempt == 1 ? failure : null, lease.Context.Attempt, TextOf(delay), LogText.Of(lease.EventName),
            LogText.Of(lease.DocumentId), lease.Context.DeliveryId, WithPeriod(FailureText.MessageOf(cause)));
        activity?.SetTag(EventTags.Outcome, "retry");
        return new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Delay = delay, Error = reason, Failure = cause };
    }

    private LeaseUpdate MoveToDeadLetter(Lease lease, Exception failure, Exception cause, string reason, TimeSpan duration, Activity? activity)
    {
        var holds = endpoint.Options.HoldDocumentAfterDeadLetter && lease.DocumentId.Length > 0;
        InboxLog.DeadLetter(
            endpoint.Logger, failure, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, lease.Context.Attempt,
            WithPeriod(FailureText.MessageOf(cause)), holds ? "wait until it is replayed or discarded" : "are handled");
        activity?.SetTag(EventTags.Outcome, "dead_letter");
        return new LeaseUpdate(lease, LeaseUpdateKind.Complete)
        {
            State = WebSoInboxState.DeadLetter,
            Error = reason,
            Duration = duration,
            Failure = cause,
            HoldsDocument = holds,
        };
    }

    private void Count(LeaseUpdate update, Exception cause)
    {
        var e = update.Lease.Event ?? endpoint.Read(update.Lease.Context);
        if (update.Kind == LeaseUpdateKind.Complete)
            endpoint.Metrics.DeadLettered(endpoint.Name, e, cause);
        else
            endpoint.Metrics.Retried(endpoint.Name, e, cause);
    }

    private void LogLost(Lease lease) =>
        InboxLog.LeaseLost(endpoint.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId);

    // Formats a delay for a log message: 250 ms, 4 s, 5 min, 2 h.
    public static string TextOf(TimeSpan delay) => delay.TotalSeconds switch
    {
        < 1 => FormattableString.Invariant($"{Math.Round(delay.TotalMilliseconds):F0} ms"),
        < 120 => FormattableString.Invariant($"{Math.Round(delay.TotalSeconds):F0} s"),
        < 7200 => FormattableString.Invariant($"{Math.Round(delay.TotalMinutes):F0} min"),
        _ => FormattableString.Invariant($"{Math.Round(delay.TotalHours):F0} h"),
    };

    // The message continues with another sentence.
    private static string WithPeriod(string reason) => reason.TrimEnd() is var text && text.EndsWith('.') ? text : text + ".";

    private static TimeSpan Min(TimeSpan x, TimeSpan y) => x < y ? x : y;
}
