using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Whether this process is the one that handles an endpoint, and the tokens of its claims.
internal sealed class HandlingTurn(string path, string endpointName, SqliteWriter writer, ILogger logger) : IDisposable
{
    private readonly HandlingLock _lock = new(LockPath(path, endpointName));
    private readonly SemaphoreSlim _taking = new(1, 1);
    private readonly ConcurrentBag<Task> _handlings = [];
    private long _epoch;
    private long _token;
    private volatile bool _isTaken;
    private bool _isElsewhere;
    private int _hasSign;

    public async ValueTask<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (_isTaken)
            return true;

        await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isTaken)
                return true;

            // Anew by the path: where the file was removed, another process may hold the one that is there now.
            _lock.Release();
            if (!_lock.TryAcquire())
            {
                if (!_isElsewhere)
                    SqliteInboxLog.HandlingElsewhere(logger, endpointName, path);
                _isElsewhere = true;
                return false;
            }

            await writer.WriteAsync(Take, cancellationToken, isAbandonable: false).ConfigureAwait(false);
            _isElsewhere = false;
            SqliteInboxLog.HandlingBegins(logger, endpointName, path);
            return true;
        }
        finally
        {
            _taking.Release();
        }
    }

    // Asked in the transaction that claims, by the epoch that is in the file then.
    public bool IsOwn(long epoch)
    {
        if (_isTaken && epoch == Interlocked.Read(ref _epoch))
            return true;

        Drop();
        return false;
    }

    // Another process took over, or the file is another one: what this one knows of it is of no worth.
    public void Drop() => _isTaken = false;

    public long NextToken() => Interlocked.Increment(ref _token);

    // Something can be claimed, so the next claim need not look for it first.
    public void LeaveSign() => Volatile.Write(ref _hasSign, 1);

    public bool TakeSign() => Interlocked.Exchange(ref _hasSign, 0) != 0;

    public void KeepUntil(Task handling) => _handlings.Add(handling);

    // The lock goes when nothing of this process is at work any more.
    public void Dispose()
    {
        _taking.Dispose();
        var handlings = Task.WhenAll(_handlings);
        if (handlings.IsCompleted)
            _lock.Release();
        else
            _ = handlings.ContinueWith(_ => _lock.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // A name may have letters that a file's can't, or differ from another in their case only.
    private static string LockPath(string path, string endpointName)
    {
        if (endpointName.Length == 0)
            return path + "-lock";

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(endpointName));
        return $"{path}-lock-{new Guid(hash.AsSpan(0, GuidBytes.Length).ToArray()):N}";
    }

    // Within its transaction, so that no claim comes between. Should that fail, it runs again, or the epoch is not the file's.
    private bool Take(WriteSession session)
    {
        var epoch = ClaimWrite.TakeOver(session, endpointName, Interlocked.Read(ref _epoch));
        Interlocked.Exchange(ref _epoch, epoch);
        Interlocked.Exchange(ref _token, ClaimWrite.FirstToken(epoch));
        _isTaken = true;
        return true;
    }
}
