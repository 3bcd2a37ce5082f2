using System.Diagnostics;

namespace WebSo.Events;

// What is told of one call to those who listen. Made only where someone does.
internal sealed class Reception : IDisposable
{
    private readonly EventMetrics _metrics;
    private readonly string _endpointName;
    private readonly long _begin;
    private readonly Activity? _activity;
    private string? _eventName;

    public Reception(ActivitySource source, EventMetrics metrics, string endpointName, TimeProvider timeProvider, WebSoRequest request)
    {
        (_metrics, _endpointName) = (metrics, endpointName);
        _begin = timeProvider.GetTimestamp();
        _activity = source.HasListeners() ? Start(source, endpointName, request) : null;
    }

    // Within the web server's span where it makes one. HttpListener does not, and the span is that of the HTTP call itself then.
    private static Activity? Start(ActivitySource source, string endpointName, WebSoRequest request)
    {
        var name = endpointName.Length == 0 ? "receive" : "receive " + endpointName;
        var isOfServer = Activity.Current is null;
        var parent = default(ActivityContext);
        if (isOfServer)
            ActivityContext.TryParse(request.GetHeader("traceparent"), request.GetHeader("tracestate"), isRemote: true, out parent);
        var activity = SafeActivity.Start(() => source.StartActivity(name, isOfServer ? ActivityKind.Server : ActivityKind.Internal, parent));
        if (activity is not { IsAllDataRequested: true })
            return activity;

        EventTags.SetOperation(activity, "receive", "receive", endpointName);
        if (isOfServer)
            activity.SetTag("http.request.method", request.Method == "POST" ? "POST" : "_OTHER");
        return activity;
    }

    public void Identify(WebSoEventContext context)
    {
        if (_activity is { IsAllDataRequested: true } activity)
            EventTags.SetDelivery(activity, context);
    }

    public void Identify(WebSoEvent e)
    {
        _eventName = EventTags.NameOf(e);
        if (_activity is { IsAllDataRequested: true } activity)
            EventTags.SetEvent(activity, e.EventName, e.DocumentId);
    }

    public void End(WebSoReceipt receipt)
    {
        _metrics.Received(_endpointName, _eventName, receipt.Outcome);
        _metrics.Answered(_endpointName, receipt.Outcome, _begin);
        if (_activity is not { IsAllDataRequested: true } activity)
            return;

        var outcome = OutcomeNames.Of(receipt.Outcome);
        activity.SetTag(EventTags.Outcome, outcome);
        if (receipt.StatusCode is { } status)
            activity.SetTag("http.response.status_code", status);

        // What the sender does wrong is no failure of ours.
        if (receipt.StatusCode >= 500)
            EventTags.SetFailure(activity, outcome);
    }

    public void Fail(Exception failure)
    {
        _metrics.Received(_endpointName, _eventName, WebSoOutcome.HandlerFailed);
        _metrics.Answered(_endpointName, WebSoOutcome.HandlerFailed, _begin);
        EventTags.SetFailure(_activity, failure);
    }

    public void Dispose() => SafeActivity.Stop(_activity);
}
