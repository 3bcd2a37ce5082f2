using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Who wants to hear that something may be claimable, within this process.
internal sealed class WorkSignals(string inbox, ILogger logger)
{
    private readonly object _gate = new();
    private Action<string>[] _listeners = [];

    public IDisposable Add(Action<string> listener)
    {
        lock (_gate)
            _listeners = [.. _listeners, listener];
        return new Subscription(this, listener);
    }

    public void Raise(string endpointName)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            try
            {
                listener(endpointName);
            }
            catch (Exception failure)
            {
                // Its own flaw: not that of whoever stored the event, and no reason for the others not to hear.
                PostgreSqlInboxLog.ListenerFailed(logger, endpointName, inbox, failure);
            }
        }
    }

    private sealed class Subscription(WorkSignals signals, Action<string> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (signals._gate)
                signals._listeners = [.. signals._listeners.Where(other => other != listener)];
        }
    }
}
