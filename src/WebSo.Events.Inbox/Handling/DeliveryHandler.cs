using System.Diagnostics;
using WebSo.Events.Engine;

namespace WebSo.Events.Handling;

// Calls the handlers of one delivery, and decides what becomes of it.
internal sealed class DeliveryHandler(DeliveryServices services, DeliveryWorkerOptions options, InboxEngine engine)
{
    // How many attempts in a row a process may end in. Beside the delivery that ends it, others that were being handled are cut off too.
    private const int MaxCutOffs = 10;

    // How long two versions run side by side at most, as far as this program cares.
    private static readonly TimeSpan s_overlap = TimeSpan.FromHours(1);

    // Null: the lease is lost, so nothing is to be written. Throws nothing.
    public async Task<MarkOperation?> HandleAsync(ActiveLease active, Action onHandlerCompleted)
    {
        var begin = services.TimeProvider.GetTimestamp();
        var activity = default(Activity);
        Observers.Tell(() => activity = StartActivity(active.Lease));
        try
        {
            return await DispatchAsync(active, begin, onHandlerCompleted, activity).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var mark = active.IsLost || failure is ClaimLostException ? null : Fail(active, failure, begin, activity);
            if (mark is null)
            {
                activity?.SetTag(EventTags.Outcome, "lost");
                LogLost(active.Lease);
            }

            return mark;
        }
        finally
        {
            Observers.Tell(() => activity?.Dispose());
        }
    }

    public async Task MarkAsync(ActiveLease active, MarkOperation mark)
    {
        var lease = active.Lease;
        try
        {
            if (!await engine.MarkAsync(mark, CancellationToken.None).ConfigureAwait(false))
                LogLost(lease);
            else if (mark.Failure is { } cause)
                Observers.Tell(() => Count(mark, cause));
        }
        catch (WebSoInboxStoreException failure)
        {
            InboxLog.MarkFailed(services.Logger, failure, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId);
        }
    }

    // A trace of its own, since it can be days later; the link leads to that of the call.
    private Activity? StartActivity(Lease lease)
    {
        if (!services.Diagnostics.ActivitySource.HasListeners())
            return null;

        Activity.Current = null;
        return HandleActivity.Start(services.Diagnostics.ActivitySource, lease.Context, lease.EventName, lease.DocumentId, TraceContext.LinkTo(lease.Trace));
    }

    private async Task<MarkOperation?> DispatchAsync(ActiveLease active, long begin, Action onHandlerCompleted, Activity? activity)
    {
        var lease = active.Lease;
        if (lease.IsTakeOver)
            return AfterCutOff(lease, activity);

        var e = lease.Event;
        if (e is null && !services.Serializer.TryDeserialize(lease.Context.Body.Span, lease.Context.Charset, out e, out var error))
            throw error;

        var names = services.Dispatcher.GetHandlerNames(options.EndpointName, e);
        if (names.Count == 0)
            return WaitForHandler(lease, activity);

        var progress = new LeaseProgress(active, names, engine, services.TimeProvider, onHandlerCompleted);
        await services.Dispatcher.DispatchAsync(e, lease.Context, progress, active.Token).ConfigureAwait(false);
        activity?.SetTag(EventTags.Outcome, "handled");
        return new MarkOperation(lease, MarkKind.Finish)
        {
            State = WebSoInboxState.Handled,
            Handlers = progress.Unwritten,
            Duration = services.TimeProvider.GetElapsedTime(begin),
        };
    }

    // Decided before a handler is called: one that ends the process would do so again.
    private MarkOperation AfterCutOff(Lease lease, Activity? activity)
    {
        var reason = $"The process ended during {lease.CutOffs} {(lease.CutOffs == 1 ? "attempt" : "attempts")} in a row.";
        var cause = new WebSoInboxStoreException(reason);
        if (lease.CutOffs >= MaxCutOffs || lease.Age >= options.Inbox.GiveUpAfter)
            return MoveToDeadLetter(lease, cause, cause, reason, TimeSpan.Zero, activity);

        activity?.SetTag(EventTags.Outcome, "retry");
        return new MarkOperation(lease, MarkKind.Postpone) { Delay = RetryBackoff.DelayOf(lease.CutOffs, options.Inbox), Error = reason };
    }

    // The process that stored it had a handler: it is of another version, and in an overlapped deployment the one that goes on.
    private MarkOperation WaitForHandler(Lease lease, Activity? activity)
    {
        var current = options.Inbox;
        if (lease.Context.IsReplay || lease.Age >= s_overlap || lease.Age >= current.GiveUpAfter)
        {
            activity?.SetTag(EventTags.Outcome, "unhandled");
            return new MarkOperation(lease, MarkKind.Finish) { State = WebSoInboxState.Unhandled };
        }

        if (lease.Context.Attempt == 1)
            InboxLog.NoHandler(services.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, s_overlap);
        activity?.SetTag(EventTags.Outcome, "retry");
        var left = (current.GiveUpAfter < s_overlap ? current.GiveUpAfter : s_overlap) - lease.Age;
        return new MarkOperation(lease, MarkKind.Retry)
        {
            Delay = Least(RetryBackoff.DelayOf(lease.Context.Attempt, current), left),
            Error = "This process has no handler for the event, and the one that stored it had.",
        };
    }

    private MarkOperation Fail(ActiveLease active, Exception failure, long begin, Activity? activity)
    {
        var lease = active.Lease;
        var cause = failure is WebSoHandlerException { InnerException: { } inner } ? inner : failure;

        // Canceled, not failed: the process is to end.
        if (cause is OperationCanceledException && active.Token.IsCancellationRequested)
        {
            activity?.SetTag(EventTags.Outcome, "released");
            return new MarkOperation(lease, MarkKind.Release);
        }

        EventTags.SetFailure(activity, cause);
        var (reason, duration) = (FailureText.Of(failure), services.TimeProvider.GetElapsedTime(begin));
        var current = options.Inbox;
        var age = lease.Age + duration;
        if (cause is WebSoEventRejectedException || failure is WebSoEventFormatException || age >= current.GiveUpAfter)
            return MoveToDeadLetter(lease, failure, cause, reason, duration, activity);

        // The last attempt is made when its time is over, not long after.
        var delay = Least(cause is WebSoEventRetryException retry ? retry.Delay : RetryBackoff.DelayOf(lease.Context.Attempt, current), current.GiveUpAfter - age);
        InboxLog.Retry(
            services.Logger, failure, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, lease.Context.Attempt, cause.Message, delay);
        activity?.SetTag(EventTags.Outcome, "retry");
        return new MarkOperation(lease, MarkKind.Retry) { Delay = delay, Error = reason, Failure = cause };
    }

    private MarkOperation MoveToDeadLetter(Lease lease, Exception failure, Exception cause, string reason, TimeSpan duration, Activity? activity)
    {
        InboxLog.DeadLetter(
            services.Logger, failure, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, lease.Context.Attempt, cause.Message);
        activity?.SetTag(EventTags.Outcome, "dead_letter");
        return new MarkOperation(lease, MarkKind.Finish)
        {
            State = WebSoInboxState.DeadLetter,
            Error = reason,
            Duration = duration,
            Failure = cause,
            HoldsDocument = options.Inbox.AfterDeadLetter == WebSoAfterDeadLetter.HoldDocument && lease.DocumentId.Length > 0,
        };
    }

    private void Count(MarkOperation mark, Exception cause)
    {
        var e = mark.Lease.Event ?? (services.Serializer.TryDeserialize(mark.Lease.Context.Body.Span, mark.Lease.Context.Charset, out var read, out _) ? read : null);
        if (mark.Kind == MarkKind.Finish)
            services.Metrics.DeadLettered(options.EndpointName, e, cause);
        else
            services.Metrics.Retried(options.EndpointName, e, cause);
    }

    private void LogLost(Lease lease) =>
        InboxLog.ClaimLost(services.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId);

    private static TimeSpan Least(TimeSpan x, TimeSpan y) => x < y ? x : y;
}
