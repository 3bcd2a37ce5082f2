using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WebSo.Events;

// What waits and what is broken, of all inboxes of a container.
internal sealed class InboxGauges
{
    private readonly ConcurrentQueue<InboxStatus> _inboxes = new();

    public InboxGauges(Meter meter)
    {
        meter.CreateObservableGauge(
            "webso.inbox.pending", () => Observe(backlog => backlog.Pending), "{event}", "Events that are to be handled.");
        meter.CreateObservableGauge(
            "webso.inbox.oldest.age",
            () => Observe(backlog => backlog.OldestAge?.TotalSeconds ?? 0),
            "s",
            "How long ago the oldest event was received that is not handled yet.");
        meter.CreateObservableGauge(
            "webso.inbox.dead_letters", () => Observe(backlog => backlog.DeadLetters), "{event}", "Events that were given up.");
        meter.CreateObservableGauge(
            "webso.inbox.held_documents",
            () => _inboxes.Select(inbox => Measure(inbox, inbox.HeldDocuments)),
            "{document}",
            "Documents held by a handler that ignores its token, in this process.");
    }

    public void Add(InboxStatus inbox) => _inboxes.Enqueue(inbox);

    private IEnumerable<Measurement<T>> Observe<T>(Func<WebSoInboxBacklog, T> select)
        where T : struct
    {
        foreach (var inbox in _inboxes)
            inbox.Backlog.Start();
        foreach (var inbox in _inboxes)
        {
            if (inbox.Backlog.Get() is { } backlog)
                yield return Measure(inbox, select(backlog));
        }
    }

    private static Measurement<T> Measure<T>(InboxStatus inbox, T value)
        where T : struct => new(value, EventTags.Tag(EventTags.Endpoint, inbox.EndpointName));
}
