using System.Diagnostics;

namespace WebSo.Events.Inbox.Receiving;

// Stores the delivery, then returns the response. The worker handles the delivery later.
internal sealed class InboxEventSink(InboxEndpoint endpoint, InboxBounds bounds) : IEventSink
{
    private readonly SinkLog _log = new(endpoint);

    public async ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var activity = StoreActivity.Start(endpoint.Diagnostics.ActivitySource, delivery);
        var current = endpoint.Options;
        using var timeout = endpoint.TimeProvider.CreateTimeout(current.StoreTimeout);
        using var registration = timeout.CancelWith(cancellationToken);
        try
        {
            return new Receipt(await StoreAsync(Prepare(delivery, current), activity, timeout.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException canceled) when (timeout.IsCancellationRequested)
        {
            StoreActivity.Fail(activity, canceled);
            if (cancellationToken.IsCancellationRequested)
                _log.Unavailable(delivery.Context, "The process is stopping.");
            else
                _log.TimedOut(delivery.Context);
            return new Receipt(ReceiveOutcome.Unavailable);
        }
        catch (WebSoInboxStoreException unavailable)
        {
            StoreActivity.Fail(activity, unavailable);
            _log.Unavailable(delivery.Context, unavailable.Message);
            return new Receipt(ReceiveOutcome.Unavailable);
        }
        finally
        {
            SafeActivity.Stop(activity);
        }
    }

    private async ValueTask<ReceiveOutcome> StoreAsync(NewDelivery delivery, Activity? activity, CancellationToken cancellationToken)
    {
        if (await bounds.FindRefusalAsync(delivery, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            _log.Refused(delivery, refusal.Outcome, refusal.Reason);
            StoreActivity.Complete(activity, deliveryId: null, refusal.Outcome);
            return refusal.Outcome;
        }

        var result = await endpoint.Engine.AppendAsync(delivery, cancellationToken).ConfigureAwait(false);
        var outcome = OutcomeOf(delivery, result);
        StoreActivity.Complete(activity, result.DeliveryId, outcome);
        return outcome;
    }

    private ReceiveOutcome OutcomeOf(NewDelivery delivery, AppendResult result)
    {
        if (result.IsDuplicate)
        {
            _log.Duplicate(delivery, result);
            endpoint.Metrics.Duplicate(endpoint.Name, delivery.Event);
            return ReceiveOutcome.Duplicate;
        }

        if (delivery.State == WebSoInboxState.Malformed)
        {
            _log.MalformedKept(delivery);
            return ReceiveOutcome.MalformedKept;
        }

        return delivery.State == WebSoInboxState.Unhandled ? ReceiveOutcome.Unhandled : ReceiveOutcome.Stored;
    }

    private NewDelivery Prepare(Delivery delivery, WebSoInboxOptions current)
    {
        var window = WindowOf(delivery.Event?.EventName ?? "", current);
        return new NewDelivery
        {
            Context = delivery.Context,
            EventName = delivery.Event?.EventName ?? "",
            DocumentId = delivery.Event?.DocumentId ?? "",
            State = StateOf(delivery.Event, current),
            Error = delivery.Error?.Message,
            DuplicateKey = window > TimeSpan.Zero ? DuplicateKey.Of(delivery.Context) : null,
            DuplicateWindow = window,
            IsFromReceiveOnly = current.ReceiveOnly,
            Trace = TraceContext.Current(endpoint.Diagnostics.ActivitySource),
            Event = delivery.Event,
        };
    }

    private WebSoInboxState StateOf(WebSoEvent? e, WebSoInboxOptions current) =>
        e is null ? WebSoInboxState.Malformed
        : current.ReceiveOnly || endpoint.Dispatcher.GetHandlerNames(e).Count > 0 ? WebSoInboxState.Pending
        : WebSoInboxState.Unhandled;

    private TimeSpan WindowOf(string eventName, WebSoInboxOptions current)
    {
        if (current.DuplicateWindows.Count > 0 && current.DuplicateWindows.TryGetValue(eventName, out var ofName))
            return ofName;
        return current.DuplicateWindow ?? WebSoInboxOptions.DefaultDuplicateWindow(endpoint.EndpointOptions.ServerRetryDelay);
    }
}
