using System.Collections.Concurrent;

namespace WebSo.Events;

/// <summary>Gives the outcome that the test wants, and remembers what came.</summary>
public sealed class RecordingSink(Func<WebSoDelivery, Task<WebSoReceipt>> accept) : IWebSoEventSink
{
    private readonly ConcurrentQueue<WebSoDelivery> _deliveries = new();

    public IReadOnlyCollection<WebSoDelivery> Deliveries => _deliveries;

    public async ValueTask<WebSoReceipt> AcceptAsync(WebSoDelivery delivery, CancellationToken cancellationToken)
    {
        _deliveries.Enqueue(delivery);
        return await accept(delivery);
    }
}
