using System.Diagnostics.Metrics;

namespace WebSo.Events;

// What is counted of all inboxes of a container.
internal sealed class InboxMetrics
{
    private readonly Counter<long> _repeats;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _deadLettered;

    public InboxMetrics(Meter meter)
    {
        _repeats = meter.CreateCounter<long>("webso.events.repeats", "{call}", "Calls that repeat an event which the inbox has.");
        _retried = meter.CreateCounter<long>("webso.events.retried", "{attempt}", "Attempts that failed and are to be made again.");
        _deadLettered = meter.CreateCounter<long>("webso.events.dead_lettered", "{event}", "Events that were given up, or that a handler rejected.");
        Gauges = new InboxGauges(meter);
    }

    public InboxGauges Gauges { get; }

    public void Repeated(string endpointName, WebSoEvent? e, bool isAnswered)
    {
        if (!_repeats.Enabled)
            return;

        var tags = new System.Diagnostics.TagList { { EventTags.Endpoint, endpointName }, { "webso.answered", isAnswered } };
        if (e is not null)
            tags.Add(EventTags.EventName, EventTags.NameOf(e));
        _repeats.Add(1, tags);
    }

    public void Retried(string endpointName, WebSoEvent? e, Exception cause) => Add(_retried, endpointName, e, cause);

    public void DeadLettered(string endpointName, WebSoEvent? e, Exception cause) => Add(_deadLettered, endpointName, e, cause);

    private static void Add(Counter<long> counter, string endpointName, WebSoEvent? e, Exception cause)
    {
        if (counter.Enabled)
        {
            counter.Add(
                1,
                EventTags.Tag(EventTags.Endpoint, endpointName),
                EventTags.Tag(EventTags.EventName, EventTags.NameOf(e)),
                EventTags.Tag(EventTags.ErrorType, EventTags.ErrorTypeOf(cause)));
        }
    }
}
