namespace WebSo.Events.Emulator.Sending;

// The last attempts, up to the capacity.
internal sealed class DeliveryLog(int capacity)
{
    private readonly Queue<WebSoDeliveryAttempt> _attempts = new();

    public void Add(WebSoDeliveryAttempt attempt)
    {
        lock (_attempts)
        {
            _attempts.Enqueue(attempt);
            if (_attempts.Count > capacity)
                _attempts.Dequeue();
        }
    }

    public IReadOnlyList<WebSoDeliveryAttempt> ToList()
    {
        lock (_attempts)
            return [.. _attempts];
    }
}
