using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WebSo.Events.Inbox.Health;

// The backlog and error gauges of all inboxes of a service container.
internal sealed class InboxGauges
{
    private readonly ConcurrentQueue<BacklogReader> _inboxes = new();

    public InboxGauges(Meter meter)
    {
        meter.CreateObservableGauge(
            "webso.inbox.pending", () => Observe(backlog => backlog.Pending), "{event}", "Deliveries that wait to be handled.");
        meter.CreateObservableGauge(
            "webso.inbox.oldest.age",
            () => Observe(backlog => backlog.OldestAge?.TotalSeconds ?? 0),
            "s",
            "Time since the oldest delivery that is not handled yet was received.");
        meter.CreateObservableGauge(
            "webso.inbox.dead_letters", () => Observe(backlog => backlog.DeadLetters), "{event}", "Dead letters.");
        meter.CreateObservableGauge(
            "webso.inbox.held_documents", () => Observe(backlog => backlog.HeldDocuments), "{document}", "Documents held by a dead letter.");
        meter.CreateObservableGauge(
            "webso.inbox.stuck_handlers",
            () => _inboxes.Select(inbox => Measure(inbox.Endpoint, (long)inbox.Endpoint.StuckHandlers)),
            "{handler}",
            "Handlers of this process that still run after their token was canceled.");
    }

    public void Add(InboxEndpoint endpoint) => _inboxes.Enqueue(new BacklogReader(endpoint));

    private IEnumerable<Measurement<T>> Observe<T>(Func<WebSoInboxBacklog, T> select)
        where T : struct
    {
        foreach (var inbox in _inboxes)
            inbox.Start();
        foreach (var inbox in _inboxes)
        {
            if (inbox.Get() is { } backlog)
                yield return Measure(inbox.Endpoint, select(backlog));
        }
    }

    private static Measurement<T> Measure<T>(InboxEndpoint endpoint, T value)
        where T : struct => new(value, EventTags.Tag(EventTags.Endpoint, endpoint.Name));
}
