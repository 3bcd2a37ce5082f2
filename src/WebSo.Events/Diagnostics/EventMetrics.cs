using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebSo.Events.Diagnostics;

// The metrics of receiving and handling. Without a listener, no time is measured and no tag is created.
internal sealed class EventMetrics
{
    private readonly TimeProvider _timeProvider;
    private readonly Counter<long> _received;
    private readonly Counter<long> _handled;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _receiveDuration;
    private readonly Histogram<double> _handlerDuration;

    public EventMetrics(Meter meter, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _received = meter.CreateCounter<long>("webso.events.received", "{call}", "The number of received calls, by outcome.");
        _handled = meter.CreateCounter<long>("webso.events.handled", "{event}", "The number of events for which all handlers completed.");
        _failed = meter.CreateCounter<long>("webso.events.failed", "{attempt}", "The number of handling attempts that failed.");
        _receiveDuration = CreateDuration("webso.receive.duration", "The time from the call until its response is known.");
        _handlerDuration = CreateDuration("webso.handler.duration", "The time that one handler ran for one event.");

        Histogram<double> CreateDuration(string name, string description) =>
            meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });
    }

    public bool MeasuresCalls => _received.Enabled || _receiveDuration.Enabled;

    public bool MeasuresHandlers => _handlerDuration.Enabled;

    // The boundaries of the OpenTelemetry messaging conventions, and smaller ones, because a call takes less than a millisecond.
    private static double[] Boundaries => [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300];

    public void Received(string endpointName, string? eventName, string outcome)
    {
        var tags = new TagList { { EventTags.Endpoint, endpointName }, { EventTags.Outcome, outcome } };
        if (eventName is not null)
            tags.Add(EventTags.EventName, eventName);
        SafeInstrument.Count(_received, tags);
    }

    public void Answered(string endpointName, string outcome, long begin)
    {
        if (_receiveDuration.Enabled)
            SafeInstrument.Record(_receiveDuration, SecondsSince(begin), new TagList { { EventTags.Endpoint, endpointName }, { EventTags.Outcome, outcome } });
    }

    public void Handled(string endpointName, WebSoEvent e)
    {
        if (_handled.Enabled)
            SafeInstrument.Count(_handled, new TagList { { EventTags.Endpoint, endpointName }, { EventTags.EventName, EventTags.NameOf(e) } });
    }

    public void Failed(string endpointName, WebSoEvent e, Exception failure)
    {
        if (_failed.Enabled)
        {
            SafeInstrument.Count(_failed, new TagList
            {
                { EventTags.Endpoint, endpointName },
                { EventTags.EventName, EventTags.NameOf(e) },
                { EventTags.ErrorType, EventTags.ErrorTypeOf(failure) },
            });
        }
    }

    public void HandlerEnded(string endpointName, WebSoEvent e, string handlerName, long begin, Exception? failure)
    {
        // Zero: no listener existed when the handler started.
        if (!_handlerDuration.Enabled || begin == 0)
            return;

        var tags = new TagList
        {
            { EventTags.Endpoint, endpointName },
            { EventTags.EventName, EventTags.NameOf(e) },
            { EventTags.Handler, handlerName },
        };
        if (failure is not null)
            tags.Add(EventTags.ErrorType, EventTags.ErrorTypeOf(failure));
        SafeInstrument.Record(_handlerDuration, SecondsSince(begin), tags);
    }

    private double SecondsSince(long begin) => _timeProvider.GetElapsedTime(begin).TotalSeconds;
}
