using System.Diagnostics;

namespace WebSo.Events.Inbox.Health;

// Reads the backlog of one endpoint for the gauges: at most every few seconds and one read at a time, no matter how often metrics are
// collected.
internal sealed class BacklogReader(InboxEndpoint endpoint)
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(5);

    // Collecting metrics is synchronous, so it waits this long for a slow store, once per read. Measured by the system clock, because the
    // store may be slow while a test's clock stands still.
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private Task<WebSoInboxBacklog?> _reading = Task.FromResult<WebSoInboxBacklog?>(null);
    private Stopwatch _reads = Stopwatch.StartNew();
    private long? _begin;

    public InboxEndpoint Endpoint => endpoint;

    // Null if the store could not be read in time.
    public WebSoInboxBacklog? Get()
    {
        var (reading, reads) = Start();
        var left = s_wait - reads.Elapsed;
        return reading.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero) ? reading.Result : null;
    }

    // Starts a read if the last one is too old, so that several inboxes are read concurrently.
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
            // The metrics collector can't handle the error and must still get the other instruments. The health check reports the cause.
            return null;
        }
    }
}
