using System.Collections.Concurrent;

namespace WebSo.Events;

/// <summary>Gives the outcome that the test wants, and remembers what came.</summary>
internal sealed class RecordingSink(Func<Delivery, Task<Receipt>> accept) : IEventSink
{
    private readonly ConcurrentQueue<Delivery> _deliveries = new();

    public IReadOnlyCollection<Delivery> Deliveries => _deliveries;

    public async ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        _deliveries.Enqueue(delivery);
        return await accept(delivery);
    }
}
