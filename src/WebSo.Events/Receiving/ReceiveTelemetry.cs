using System.Diagnostics;

namespace WebSo.Events.Receiving;

// The span and the metrics of one call. Created only if something listens.
internal sealed class ReceiveTelemetry : IDisposable
{
    private readonly Endpoint _endpoint;
    private readonly long _begin;
    private readonly Activity? _activity;
    private string? _eventName;

    public ReceiveTelemetry(Endpoint endpoint, IncomingRequest request)
    {
        _endpoint = endpoint;
        _begin = endpoint.TimeProvider.GetTimestamp();
        var source = endpoint.Diagnostics.ActivitySource;
        _activity = source.HasListeners() ? Start(source, endpoint.Name, request) : null;
    }

    // The parent is the span of the web server. HttpListener creates none, so there this span represents the HTTP call.
    private static Activity? Start(ActivitySource source, string endpointName, IncomingRequest request)
    {
        var name = endpointName.Length == 0 ? "receive" : "receive " + endpointName;
        var isServerSpan = Activity.Current is null;
        var parent = default(ActivityContext);
        if (isServerSpan)
            ActivityContext.TryParse(request.GetHeader("traceparent"), request.GetHeader("tracestate"), isRemote: true, out parent);
        var activity = SafeActivity.Start(() => source.StartActivity(name, isServerSpan ? ActivityKind.Server : ActivityKind.Internal, parent));
        if (activity is not { IsAllDataRequested: true })
            return activity;

        EventTags.SetOperation(activity, "receive", "receive", endpointName);
        if (isServerSpan)
            activity.SetTag("http.request.method", request.Method == "POST" ? "POST" : "_OTHER");
        return activity;
    }

    public void Identify(WebSoEventContext context)
    {
        if (_activity is { IsAllDataRequested: true } activity)
            EventTags.SetDelivery(activity, context.DeliveryId, context.Body.Length);
    }

    public void Identify(WebSoEvent e)
    {
        _eventName = EventTags.NameOf(e);
        if (_activity is { IsAllDataRequested: true } activity)
            EventTags.SetEvent(activity, e.EventName, e.DocumentId);
    }

    public void End(Receipt receipt)
    {
        var outcome = OutcomeNames.Of(receipt.Outcome);
        Count(outcome);
        if (_activity is not { IsAllDataRequested: true } activity)
            return;

        activity.SetTag(EventTags.Outcome, outcome);
        if (receipt.StatusCode is { } status)
            activity.SetTag("http.response.status_code", status);

        // A mistake of the sender is not a failure of the receiver.
        if (receipt.StatusCode >= 500)
            EventTags.SetFailure(activity, outcome);
    }

    public void Fail(Exception failure)
    {
        Count(OutcomeNames.Of(ReceiveOutcome.HandlerFailed));
        EventTags.SetFailure(_activity, failure);
    }

    public void Dispose() => SafeActivity.Stop(_activity);

    private void Count(string outcome)
    {
        var metrics = _endpoint.Diagnostics.Metrics;
        metrics.Received(_endpoint.Name, _eventName, outcome);
        metrics.Answered(_endpoint.Name, outcome, _begin);
    }
}
