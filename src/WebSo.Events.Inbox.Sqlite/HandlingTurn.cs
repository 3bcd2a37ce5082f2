using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Whether this process is the one that handles, and the tokens of its claims.
internal sealed class HandlingTurn(string path, SqliteWriter writer, ILogger logger) : IDisposable
{
    private readonly HandlingLock _lock = new(path + "-lock");
    private readonly SemaphoreSlim _taking = new(1, 1);
    private long _token;
    private volatile bool _isTaken;
    private bool _isElsewhere;

    public async ValueTask<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (_isTaken)
            return true;

        await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isTaken)
                return true;

            if (!_lock.TryAcquire())
            {
                if (!_isElsewhere)
                    SqliteInboxLog.HandlingElsewhere(logger, path);
                _isElsewhere = true;
                return false;
            }

            _token = await writer.WriteAsync(ClaimWrite.TakeOver, cancellationToken).ConfigureAwait(false);
            _isTaken = true;
            SqliteInboxLog.HandlingBegins(logger, path);
            return true;
        }
        finally
        {
            _taking.Release();
        }
    }

    public long NextToken() => Interlocked.Increment(ref _token);

    public void Dispose()
    {
        _lock.Dispose();
        _taking.Dispose();
    }
}
