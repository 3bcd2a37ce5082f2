namespace WebSo.Events.Inbox.Receiving;

// The log messages of the sink. Any caller can trigger them with each call, so each message is throttled.
internal sealed class SinkLog(InboxEndpoint endpoint)
{
    // The number of calls for the same event that is worth a warning.
    private const int ManyDuplicates = 20;

    private readonly RefusalLog _timedOut = new(
        endpoint.TimeProvider, (count, _, _) => InboxLog.StoreTimedOut(endpoint.Logger, count, endpoint.Name, endpoint.Options.StoreTimeout));

    private readonly RefusalLog _unavailable = new(
        endpoint.TimeProvider, (count, _, reason) => InboxLog.StoreUnavailable(endpoint.Logger, count, endpoint.Name, reason));

    private readonly RefusalLog _boundReached = new(
        endpoint.TimeProvider, (count, _, reason) => InboxLog.BoundReached(endpoint.Logger, count, endpoint.Name, reason));

    private readonly RefusalLog _malformedRefused = new(
        endpoint.TimeProvider, (count, from, reason) => InboxLog.MalformedRefused(endpoint.Logger, count, endpoint.Name, from, reason));

    private readonly ThrottledLine<NewDelivery> _malformedKept = new(
        endpoint.TimeProvider,
        (count, latest) => InboxLog.MalformedKept(
            endpoint.Logger, count, endpoint.Name, latest.Context.RemoteAddress, latest.Error ?? "", latest.Context.DeliveryId));

    private readonly ThrottledLine<(NewDelivery Delivery, AppendResult Result)> _duplicates = new(
        endpoint.TimeProvider,
        (count, latest) => InboxLog.Duplicate(
            endpoint.Logger, count, endpoint.Name, LogText.Of(latest.Delivery.EventName), LogText.Of(latest.Delivery.DocumentId), latest.Result.DeliveryId, latest.Result.ReceiveCount));

    private readonly ThrottledLine<(NewDelivery Delivery, AppendResult Result)> _manyDuplicates = new(
        endpoint.TimeProvider,
        (count, latest) => InboxLog.ManyDuplicates(
            endpoint.Logger, count, endpoint.Name, LogText.Of(latest.Delivery.EventName), LogText.Of(latest.Delivery.DocumentId), latest.Result.DeliveryId));

    public void TimedOut(WebSoEventContext context) => _timedOut.Add(context.RemoteAddress);

    public void Unavailable(WebSoEventContext context, string reason) => _unavailable.Add(context.RemoteAddress, reason);

    public void Refused(NewDelivery delivery, ReceiveOutcome outcome, string reason)
    {
        if (outcome == ReceiveOutcome.Malformed)
            _malformedRefused.Add(delivery.Context.RemoteAddress, delivery.Error ?? "");
        else
            _boundReached.Add(delivery.Context.RemoteAddress, reason);
    }

    public void MalformedKept(NewDelivery delivery) => _malformedKept.Add(delivery);

    public void Duplicate(NewDelivery delivery, AppendResult result)
    {
        var line = (delivery, result);
        _duplicates.Add(line);
        if (result.ReceiveCount == ManyDuplicates)
            _manyDuplicates.Add(line);
    }
}
