using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebSo.Events.Inbox.Diagnostics;

// The counters of all inboxes of a service container.
internal sealed class InboxMetrics(Meter meter)
{
    private readonly Counter<long> _duplicates = meter.CreateCounter<long>("webso.events.duplicates", "{call}", "Calls that duplicate a stored delivery.");
    private readonly Counter<long> _retried = meter.CreateCounter<long>("webso.events.retried", "{attempt}", "Attempts that failed and are retried.");
    private readonly Counter<long> _deadLettered = meter.CreateCounter<long>("webso.events.dead_lettered", "{event}", "Deliveries that became dead letters.");

    public void Duplicate(string endpointName, WebSoEvent? e)
    {
        if (_duplicates.Enabled)
            SafeInstrument.Count(_duplicates, TagsOf(endpointName, e));
    }

    public void Retried(string endpointName, WebSoEvent? e, Exception cause) => Count(_retried, endpointName, e, cause);

    public void DeadLettered(string endpointName, WebSoEvent? e, Exception cause) => Count(_deadLettered, endpointName, e, cause);

    private static void Count(Counter<long> counter, string endpointName, WebSoEvent? e, Exception cause)
    {
        if (!counter.Enabled)
            return;

        var tags = TagsOf(endpointName, e);
        tags.Add(EventTags.ErrorType, EventTags.ErrorTypeOf(cause));
        SafeInstrument.Count(counter, tags);
    }

    private static TagList TagsOf(string endpointName, WebSoEvent? e) =>
        new() { { EventTags.Endpoint, endpointName }, { EventTags.EventName, EventTags.NameOf(e) } };
}
