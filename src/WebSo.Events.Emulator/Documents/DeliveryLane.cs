using System.Text.Json;

namespace WebSo.Events.Emulator.Documents;

// The deliveries of one document, overlapping or one after another. Callers hold the document's lock, except for Release.
internal sealed class DeliveryLane(
    bool overlapCalls,
    Func<WebSoEvent, int, Task<WebSoSendResult>> send,
    Func<int, WebSoFaults> drawFaults,
    OutstandingWork outstanding)
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private (WebSoEvent Event, int Ordinal)? _held;
    private int _ordinal;

    // Returns the deliveries that were started. The last event of a document is never held back, since no later event would release it.
    public List<Task<WebSoSendResult>> Fire(List<WebSoEvent> events, bool isLast)
    {
        lock (_lock)
        {
            var started = new List<Task<WebSoSendResult>>();
            for (var i = 0; i < events.Count; i++)
            {
                var ordinal = ++_ordinal;
                var faults = drawFaults(ordinal);
                if (faults.HasFlag(WebSoFaults.ReorderedDelivery) && _held is null && !(isLast && i == events.Count - 1))
                    _held = (events[i], ordinal);
                else
                    started.AddRange(StartBeforeHeld(events[i], ordinal));
                if (faults.HasFlag(WebSoFaults.UnknownEvent))
                    started.AddRange(StartBeforeHeld(CreateUnknown(events[i].DocumentId), ++_ordinal));
            }

            return started;
        }
    }

    // Starts the event that is held back.
    public void Release()
    {
        lock (_lock)
        {
            if (_held is not { } held)
                return;

            _held = null;
            Start(held.Event, held.Ordinal, _last);
        }
    }

    private IEnumerable<Task<WebSoSendResult>> StartBeforeHeld(WebSoEvent e, int ordinal)
    {
        var overtaking = Start(e, ordinal, _last);
        if (_held is not { } held)
            return [overtaking];

        _held = null;
        return [overtaking, Start(held.Event, held.Ordinal, overtaking)];
    }

    private Task<WebSoSendResult> Start(WebSoEvent e, int ordinal, Task after)
    {
        outstanding.Begin();
        var delivery = Task.Run(() => RunAsync(e, ordinal, after));
        if (!overlapCalls)
            _last = delivery;
        return delivery;
    }

    private async Task<WebSoSendResult> RunAsync(WebSoEvent e, int ordinal, Task after)
    {
        try
        {
            // The next event is sent even if the previous one failed.
            await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await send(e, ordinal).ConfigureAwait(false);
        }
        finally
        {
            outstanding.End();
        }
    }

    private static UnknownWebSoEvent CreateUnknown(string documentId) => new("FUTURE_EVENT")
    {
        DocumentId = documentId,
        ExtraProperties = new Dictionary<string, JsonElement> { ["detail"] = JsonElement.Parse("\"1\"") },
    };
}
