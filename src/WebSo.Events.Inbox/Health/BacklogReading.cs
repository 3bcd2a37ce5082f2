using System.Diagnostics;
using WebSo.Events.Handling;

namespace WebSo.Events;

// The backlog of one endpoint as gauges show it: read at most every few seconds, by one at a time, however often they are collected.
internal sealed class BacklogReading(InboxEndpoint endpoint)
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(5);

    // A collection is synchronous: so long it waits for a store that is slow, once for each reading, by whatever clock the store has.
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private Task<WebSoInboxBacklog?> _reading = Task.FromResult<WebSoInboxBacklog?>(null);
    private Stopwatch _reads = Stopwatch.StartNew();
    private long? _begin;

    public InboxEndpoint Endpoint => endpoint;

    // Null: it could not be read, or not in time.
    public WebSoInboxBacklog? Get()
    {
        var (reading, reads) = Start();
        var left = s_wait - reads.Elapsed;
        return reading.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero) ? reading.Result : null;
    }

    // So that several are read at a time.
    public (Task<WebSoInboxBacklog?> Reading, Stopwatch Reads) Start()
    {
        lock (_gate)
        {
            var isOld = _begin is not { } begin || endpoint.TimeProvider.GetElapsedTime(begin) >= s_age;
            if (isOld && _reading.IsCompleted)
            {
                _begin = endpoint.TimeProvider.GetTimestamp();
                _reads = Stopwatch.StartNew();
                _reading = Task.Run(ReadAsync);
            }

            return (_reading, _reads);
        }
    }

    private async Task<WebSoInboxBacklog?> ReadAsync()
    {
        using var timeout = endpoint.TimeProvider.CreateTimeout(s_age);
        try
        {
            return await endpoint.Engine.Reader.GetBacklogAsync(endpoint.Name, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whoever collects can do nothing about it, and must have the other instruments. The health check tells the reason.
            return null;
        }
    }
}
