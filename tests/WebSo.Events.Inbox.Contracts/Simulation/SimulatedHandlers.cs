namespace WebSo.Events.Inbox.Contracts;

// The handlers of a simulation, over all its hosts. They hold each call against the promise, and keep what breaks it.
internal sealed class SimulatedHandlers
{
    private readonly object _gate = new();
    private readonly List<SimulatedEvent> _events = [];
    private readonly Dictionary<Guid, SimulatedEvent> _byId = [];
    private readonly Dictionary<string, SimulatedEvent> _active = [];
    private readonly List<string> _violations = [];
    private TaskCompletionSource _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isPaused;

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate)
                return [.. _violations];
        }
    }

    // Before its call, since it may be handled before that returns.
    public void Expect(SimulatedEvent e)
    {
        lock (_gate)
        {
            e.CameWhilePaused = _isPaused;
            _events.Add(e);
        }
    }

    public void SetPaused(bool isPaused)
    {
        lock (_gate)
        {
            _isPaused = isPaused;
            foreach (var e in _events)
                e.CameWhilePaused &= isPaused;
        }
    }

    // Lets those go on that wait, and from the last time on all.
    public void Open(bool forGood)
    {
        lock (_gate)
        {
            _opening.TrySetResult();
            if (!forGood)
                _opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async ValueTask HandleAsync(string name, UserFinishEvent e, WebSoEventContext context, CancellationToken cancellationToken)
    {
        var (simulated, opening) = Begin(name, e, context);
        try
        {
            await opening.WaitAsync(cancellationToken);
            End(name, simulated);
        }
        finally
        {
            lock (_gate)
                _active.Remove(simulated.Document);
        }
    }

    private (SimulatedEvent Event, Task Opening) Begin(string name, UserFinishEvent e, WebSoEventContext context)
    {
        lock (_gate)
        {
            var simulated = Find(e, context.DeliveryId);
            Check(!_active.TryGetValue(simulated.Document, out var other), $"{simulated} is handled while {other} of its document is");
            Check(!simulated.IsSettled, $"{simulated} is handled again after its end");
            Check(simulated.Handlers[name].Completed == 0, $"handler {name} is called again for {simulated}, which it had completed");
            Check(!simulated.CameWhilePaused, $"{simulated} came in a pause and is handled before its end");
            Check(name != "b" || simulated.Handlers["a"].Completed > 0, $"handler b is called for {simulated} before a completed");
            var before = _events.Find(earlier => earlier.Document == simulated.Document && earlier.AnsweredAt < simulated.CalledAt && !earlier.IsSettled);
            Check(before is null, $"{simulated} is handled before {before}, which was answered before it was called");
            _active[simulated.Document] = simulated;
            return (simulated, simulated.Handlers[name].Waits ? _opening.Task : Task.CompletedTask);
        }
    }

    private void End(string name, SimulatedEvent simulated)
    {
        lock (_gate)
        {
            var handler = simulated.Handlers[name];
            switch (handler.NextEnd())
            {
                case SimulatedEnd.Fails:
                    throw new InvalidOperationException("It is drawn to fail.");
                case SimulatedEnd.AsksForRetry:
                    throw new WebSoEventRetryException(TimeSpan.FromSeconds(90));
                case SimulatedEnd.Rejects:
                    simulated.IsSettled = true;
                    throw new WebSoEventRejectedException("It is drawn to be rejected.");
                default:
                    handler.Completed++;
                    simulated.IsSettled = simulated.Handlers.Values.All(one => one.Completed > 0);
                    break;
            }
        }
    }

    // The same content may have been stored more than once: the first that is new to us is the first of those.
    private SimulatedEvent Find(UserFinishEvent e, Guid deliveryId)
    {
        if (_byId.TryGetValue(deliveryId, out var known))
            return known;

        var found = _events.Find(one => one.DeliveryId is null && one.Document == e.DocumentId && one.Number == e.FieldsSigned);
        if (found is null)
        {
            _violations.Add($"{e.DocumentId}/{e.FieldsSigned} is handled as {deliveryId}, but was stored less often");
            found = new SimulatedEvent(e.DocumentId, e.FieldsSigned ?? 0, new Random(0));
        }

        found.DeliveryId = deliveryId;
        _byId.Add(deliveryId, found);
        return found;
    }

    private void Check(bool holds, string violation)
    {
        if (!holds)
            _violations.Add(violation);
    }
}
