using System.Collections.Concurrent;

namespace WebSo.Events;

/// <summary>Records deliveries and returns the outcome that the test chooses.</summary>
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
