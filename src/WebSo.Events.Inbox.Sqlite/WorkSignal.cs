using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Who wants to hear that something may be claimable, within this process.
internal sealed class WorkSignal(string path, ILogger logger)
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
        {
            try
            {
                listener.Value(endpointName);
            }
            catch (Exception failure)
            {
                // Its own flaw: not that of whoever stored the event, and no reason for the others not to hear.
                SqliteInboxLog.ListenerFailed(logger, endpointName, path, failure);
            }
        }
    }

    private sealed class Subscription(WorkSignal signal) : IDisposable
    {
        public void Dispose() => signal._listeners.TryRemove(this, out _);
    }
}
