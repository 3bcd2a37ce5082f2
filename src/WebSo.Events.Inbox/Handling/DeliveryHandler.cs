using System.Diagnostics;
using WebSo.Events.Serialization;

namespace WebSo.Events.Handling;

// Calls the handlers of one delivery, and decides what becomes of it.
internal sealed class DeliveryHandler(InboxEndpoint endpoint)
{
    // How many attempts in a row a process may end in. Beside the delivery that ends it, others that were being handled are cut off too.
    private const int MaxCutOffs = 10;

    // How long two versions run side by side at most, as far as this program cares.
    private static readonly TimeSpan s_overlap = TimeSpan.FromHours(1);

    private static readonly WebSoInboxOptions s_defaults = new();

    private readonly ThrottledLine<(Exception Failure, Lease Lease)> _markFailed = new(
        endpoint.TimeProvider,
        (count, latest) => InboxLog.MarkFailed(
            endpoint.Logger, latest.Failure, count, endpoint.Name, LogText.Of(latest.Lease.EventName), LogText.Of(latest.Lease.DocumentId), latest.Lease.Context.DeliveryId));

    private readonly LoggedEventNames _unhandled = new(
        endpoint.TimeProvider, (count, name) => ReceiverLog.NamesNotLogged(endpoint.Logger, count, endpoint.Name, "stored as unhandled", name));

    // Null: the lease is lost, so nothing is to be written. Throws only what nobody has foreseen, as options that can't be read.
    public async Task<MarkOperation?> HandleAsync(ActiveLease active, Action onHandlerCompleted)
    {
        var begin = endpoint.TimeProvider.GetTimestamp();
        var activity = StartActivity(active.Lease);
        try
        {
            return await DispatchAsync(active, begin, onHandlerCompleted, activity).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var mark = active.IsLost || failure is LeaseLostException ? null : Fail(active, failure, begin, activity);
            if (mark is null)
            {
                activity?.SetTag(EventTags.Outcome, "lost");
                LogLost(active.Lease);
            }

            return mark;
        }
        finally
        {
            SafeActivity.Stop(activity);
        }
    }

    // After a failure that is not a handler's. By the default delays, since the options may be what failed.
    public MarkOperation GiveBack(Lease lease, Exception failure)
    {
        _markFailed.Add((failure, lease));
        return new MarkOperation(lease, MarkKind.Retry) { Delay = RetryBackoff.DelayOf(lease.Context.Attempt, s_defaults), Error = FailureText.Of(failure) };
    }

    public async Task MarkAsync(ActiveLease active, MarkOperation mark)
    {
        var lease = active.Lease;
        try
        {
            if (!await endpoint.Engine.MarkAsync(mark, CancellationToken.None).ConfigureAwait(false))
            {
                LogLost(lease);
                return;
            }

            if (mark.Failure is { } cause)
                Count(mark, cause);
            if (mark is { Kind: MarkKind.Finish, State: WebSoInboxState.DeadLetter })
                endpoint.DeadLetters?.Add(lease.Sequence);
        }
        catch (WebSoInboxStoreException failure)
        {
            _markFailed.Add((failure, lease));
        }
    }

    // A trace of its own, since it can be days later; the link leads to that of the call.
    private Activity? StartActivity(Lease lease)
    {
        if (!endpoint.Diagnostics.ActivitySource.HasListeners())
            return null;

        Activity.Current = null;
        return HandleActivity.Start(endpoint.Diagnostics.ActivitySource, lease.Context, lease.EventName, lease.DocumentId, lease.Trace?.ToLink());
    }

    private async Task<MarkOperation?> DispatchAsync(ActiveLease active, long begin, Action onHandlerCompleted, Activity? activity)
    {
        var lease = active.Lease;

        // Calls no handler, so the age of the lease does not matter; its mark changes nothing if the lease is lost.
        if (lease.IsTakeOver && !active.IsLost)
            return AfterCutOff(lease, activity);

        // The claim was answered late, or it waited for a slot: another process may have it by now.
        if (active.IsLost || endpoint.TimeProvider.GetElapsedTime(active.RenewedAt) >= endpoint.LeaseUse)
        {
            activity?.SetTag(EventTags.Outcome, "released");
            return new MarkOperation(lease, MarkKind.Release);
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
        return new MarkOperation(lease, MarkKind.Finish)
        {
            State = WebSoInboxState.Handled,
            Handlers = progress.Unwritten,
            Duration = endpoint.TimeProvider.GetElapsedTime(begin),
        };
    }

    // Decided before a handler is called: one that ends the process would do so again.
    private MarkOperation AfterCutOff(Lease lease, Activity? activity)
    {
        var reason = $"The process ended during {lease.CutOffs} {(lease.CutOffs == 1 ? "attempt" : "attempts")} in a row.";
        var cause = new WebSoInboxStoreException(reason);

        // Its time may be over only since no process ran: it is tried once more.
        if (lease.CutOffs >= MaxCutOffs || (lease.CutOffs > 1 && lease.Age >= endpoint.Options.GiveUpAfter))
            return MoveToDeadLetter(lease, cause, cause, reason, TimeSpan.Zero, activity);

        activity?.SetTag(EventTags.Outcome, "retry");
        return new MarkOperation(lease, MarkKind.Postpone) { Delay = RetryBackoff.DelayOf(lease.CutOffs, endpoint.Options), Error = reason };
    }

    // The process that stored it had a handler: it is of another version, and in an overlapped deployment the one that goes on. One that only
    // receives tells nothing, and an event that nobody handles must not hold up its document.
    private MarkOperation WithoutHandler(Lease lease, WebSoEvent e, Activity? activity)
    {
        var current = endpoint.Options;
        if (lease.IsFromReceiveOnly || lease.Context.IsReplay || lease.Age >= s_overlap || lease.Age >= current.GiveUpAfter)
        {
            if (lease.IsFromReceiveOnly && _unhandled.TryAdd(e))
                InboxLog.Unhandled(endpoint.Logger, endpoint.Name, LogText.Of(lease.EventName));
            activity?.SetTag(EventTags.Outcome, "unhandled");
            return new MarkOperation(lease, MarkKind.Finish) { State = WebSoInboxState.Unhandled };
        }

        if (lease.Context.Attempt == 1)
            InboxLog.NoHandler(endpoint.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, s_overlap);
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
        var cause = failure is HandlerException { InnerException: { } inner } ? inner : failure;

        // Canceled, not failed: the process is to end.
        if (cause is OperationCanceledException && active.Token.IsCancellationRequested)
        {
            activity?.SetTag(EventTags.Outcome, "released");
            return new MarkOperation(lease, MarkKind.Release);
        }

        EventTags.SetFailure(activity, cause);
        var (reason, duration) = (FailureText.Of(failure), endpoint.TimeProvider.GetElapsedTime(begin));
        var current = endpoint.Options;
        var age = lease.Age + duration;
        if (cause is WebSoEventRejectedException || failure is EventFormatException || age >= current.GiveUpAfter)
            return MoveToDeadLetter(lease, failure, cause, reason, duration, activity);

        // The last attempt is made when its time is over, not long after.
        var delay = Least(cause is WebSoEventRetryException retry ? retry.Delay : RetryBackoff.DelayOf(lease.Context.Attempt, current), current.GiveUpAfter - age);

        // The stack is logged with the first attempt and with the dead letter, not with each attempt between.
        InboxLog.Retry(
            endpoint.Logger, lease.Context.Attempt == 1 ? failure : null, lease.Context.Attempt, TextOf(delay), LogText.Of(lease.EventName),
            LogText.Of(lease.DocumentId), lease.Context.DeliveryId, WithPeriod(FailureText.MessageOf(cause)));
        activity?.SetTag(EventTags.Outcome, "retry");
        return new MarkOperation(lease, MarkKind.Retry) { Delay = delay, Error = reason, Failure = cause };
    }

    private MarkOperation MoveToDeadLetter(Lease lease, Exception failure, Exception cause, string reason, TimeSpan duration, Activity? activity)
    {
        var holds = endpoint.Options.AfterDeadLetter == WebSoAfterDeadLetter.HoldDocument && lease.DocumentId.Length > 0;
        InboxLog.DeadLetter(
            endpoint.Logger, failure, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, lease.Context.Attempt,
            WithPeriod(FailureText.MessageOf(cause)), holds ? "wait until it is replayed or discarded" : "are handled");
        activity?.SetTag(EventTags.Outcome, "dead_letter");
        return new MarkOperation(lease, MarkKind.Finish)
        {
            State = WebSoInboxState.DeadLetter,
            Error = reason,
            Duration = duration,
            Failure = cause,
            HoldsDocument = holds,
        };
    }

    private void Count(MarkOperation mark, Exception cause)
    {
        var e = mark.Lease.Event ?? endpoint.Read(mark.Lease.Context);
        if (mark.Kind == MarkKind.Finish)
            endpoint.Metrics.DeadLettered(endpoint.Name, e, cause);
        else
            endpoint.Metrics.Retried(endpoint.Name, e, cause);
    }

    private void LogLost(Lease lease) =>
        InboxLog.LeaseLost(endpoint.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId);

    // As a person reads it: 250 ms, 4 s, 5 min, 2 h.
    public static string TextOf(TimeSpan delay) => delay.TotalSeconds switch
    {
        < 1 => FormattableString.Invariant($"{Math.Round(delay.TotalMilliseconds):F0} ms"),
        < 120 => FormattableString.Invariant($"{Math.Round(delay.TotalSeconds):F0} s"),
        < 7200 => FormattableString.Invariant($"{Math.Round(delay.TotalMinutes):F0} min"),
        _ => FormattableString.Invariant($"{Math.Round(delay.TotalHours):F0} h"),
    };

    // The reason is followed by another sentence.
    private static string WithPeriod(string reason) => reason.TrimEnd() is var text && text.EndsWith('.') ? text : text + ".";

    private static TimeSpan Least(TimeSpan x, TimeSpan y) => x < y ? x : y;
}
