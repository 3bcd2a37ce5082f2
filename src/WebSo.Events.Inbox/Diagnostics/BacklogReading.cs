namespace WebSo.Events;

// The backlog of one endpoint as gauges show it: read at most every few seconds, by one at a time, however often they are collected.
internal sealed class BacklogReading(string endpointName, IWebSoInboxStore store, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(5);

    // A collection is synchronous: so long it waits for a store that is slow.
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private Task<WebSoInboxBacklog?> _reading = Task.FromResult<WebSoInboxBacklog?>(null);
    private long? _begin;

    // Null: it could not be read, or not in time.
    public WebSoInboxBacklog? Get()
    {
        Task<WebSoInboxBacklog?> reading;
        lock (_gate)
        {
            var isOld = _begin is not { } begin || timeProvider.GetElapsedTime(begin) >= s_age;
            if (isOld && _reading.IsCompleted)
            {
                _begin = timeProvider.GetTimestamp();
                _reading = Task.Run(ReadAsync);
            }

            reading = _reading;
        }

        return reading.Wait(s_wait) ? reading.Result : null;
    }

    private async Task<WebSoInboxBacklog?> ReadAsync()
    {
        using var timeout = timeProvider.CreateTimeout(s_age);
        try
        {
            return await store.GetBacklogAsync(endpointName, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whoever collects can do nothing about it, and must have the other instruments. The health check tells the reason.
            return null;
        }
    }
}
