using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Keeps the unhandled events of an endpoint within their bound. What comes is counted here, and the store counts only after each
// hundredth of the bound; whoever comes while it does waits, so that no flood outruns the removal.
internal sealed class UnhandledBound(
    string endpointName,
    IWebSoInboxStore store,
    IOptionsMonitor<WebSoInboxOptions> options,
    TimeProvider timeProvider,
    ILogger logger) : IDisposable
{
    private const int Parts = 100;

    private static readonly TimeSpan s_logInterval = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _trimming = new(1, 1);
    private long _newCount;
    private long _newBytes;
    private long _removed;
    private long? _loggedAt;

    // Before an unhandled event is stored.
    public async ValueTask MakeRoomAsync(int bytes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _newCount);
        Interlocked.Add(ref _newBytes, bytes);
        if (IsDue())
            await TrimAsync(onlyWhenDue: true, cancellationToken).ConfigureAwait(false);
    }

    // From time to time: other processes store, too, and an event can lose its handler.
    public Task TrimAsync(CancellationToken cancellationToken) => TrimAsync(onlyWhenDue: false, cancellationToken);

    public void Dispose() => _trimming.Dispose();

    private bool IsDue()
    {
        var current = options.Get(endpointName);
        return Interlocked.Read(ref _newCount) > current.MaxUnhandledCount / Parts || Interlocked.Read(ref _newBytes) > current.MaxUnhandledBytes / Parts;
    }

    private async Task TrimAsync(bool onlyWhenDue, CancellationToken cancellationToken)
    {
        await _trimming.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (onlyWhenDue && !IsDue())
                return;

            Interlocked.Exchange(ref _newCount, 0);
            Interlocked.Exchange(ref _newBytes, 0);
            var current = options.Get(endpointName);
            _removed += await store.TrimUnhandledAsync(endpointName, current.MaxUnhandledCount, current.MaxUnhandledBytes, cancellationToken).ConfigureAwait(false);
            LogRemoved();
        }
        finally
        {
            _trimming.Release();
        }
    }

    private void LogRemoved()
    {
        if (_removed == 0 || (_loggedAt is { } at && timeProvider.GetElapsedTime(at) < s_logInterval))
            return;

        InboxLog.UnhandledRemoved(logger, endpointName, _removed);
        (_removed, _loggedAt) = (0, timeProvider.GetTimestamp());
    }
}
