namespace WebSo.Events.Inbox.Contracts;

// What a handler does with one event: it may wait first, then its calls end as they are drawn.
internal sealed class SimulatedHandler
{
    private readonly Queue<SimulatedEnd> _ends = new();

    public SimulatedHandler(Random random)
    {
        Waits = random.Next(4) == 0;
        while (random.Next(3) == 0)
            _ends.Enqueue(random.Next(2) == 0 ? SimulatedEnd.Fails : SimulatedEnd.AsksForRetry);
        Rejects = random.Next(12) == 0;
        _ends.Enqueue(Rejects ? SimulatedEnd.Rejects : SimulatedEnd.Completes);
    }

    public bool Waits { get; }

    public bool Rejects { get; }

    public int Completed { get; set; }

    // A call that is cut off draws nothing.
    public SimulatedEnd NextEnd() => _ends.Count > 1 ? _ends.Dequeue() : _ends.Peek();
}
