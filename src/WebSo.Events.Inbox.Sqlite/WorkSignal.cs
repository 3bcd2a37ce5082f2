using System.Collections.Concurrent;

namespace WebSo.Events;

internal sealed class WorkSignal
{
    private readonly ConcurrentDictionary<Subscription, Action<string>> _listeners = new();

    public IDisposable Add(Action<string> listener)
    {
        var subscription = new Subscription(this);
        _listeners[subscription] = listener;
        return subscription;
    }

    public void Raise(string endpointName)
    {
        foreach (var listener in _listeners)
            listener.Value(endpointName);
    }

    private sealed class Subscription(WorkSignal signal) : IDisposable
    {
        public void Dispose() => signal._listeners.TryRemove(this, out _);
    }
}
