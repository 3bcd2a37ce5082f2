using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace WebSo.Events.Inbox.Engine;

// A small pool of read-only connections. A connection that failed is not reused; an idle one may have been closed by the server.
internal sealed class ReadPool(InboxDialect dialect) : IDisposable
{
    private readonly ConcurrentBag<SqlSession> _idle = [];
    private readonly SemaphoreSlim _free = new(dialect.MaxReaders, dialect.MaxReaders);
    private volatile bool _isDisposed;

    public async Task<T> ReadAsync<T>(Func<SqlSession, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(read), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    private T Read<T>(Func<SqlSession, T> read)
    {
        while (_idle.TryTake(out var idle))
        {
            if (dialect.IsStale(idle.Connection))
            {
                idle.Dispose();
                continue;
            }

            try
            {
                if (TryRead(idle, read, out var result))
                    return result;
            }
            catch (WebSoInboxStoreException failure) when (failure.InnerException is { } cause && dialect.Classify(cause) == FailureKind.Unavailable)
            {
                // A new connection shows whether only this connection was broken.
            }
        }

        try
        {
            while (true)
            {
                if (TryRead(dialect.CreateSession(dialect.OpenReader()), read, out var result))
                    return result;
            }
        }
        catch (DbException failure)
        {
            throw Unreadable(failure);
        }
    }

    // Returns false if the data may be inconsistent, or if reading failed for that reason. A new connection takes locks, because another
    // process has started to write.
    private bool TryRead<T>(SqlSession session, Func<SqlSession, T> read, [MaybeNullWhen(false)] out T result)
    {
        try
        {
            result = read(session);
        }
        catch (Exception failure)
        {
            var isOutdated = dialect.HasMissedWrites(session.Connection);
            session.Dispose();
            result = default;
            if (isOutdated)
                return false;
            if (failure is DbException or InvalidOperationException or IOException)
                throw Unreadable(failure);
            throw;
        }

        if (dialect.HasMissedWrites(session.Connection))
        {
            session.Dispose();
            return false;
        }

        _idle.Add(session);
        if (_isDisposed)
            Dispose();
        return true;
    }

    private WebSoInboxStoreException Unreadable(Exception failure) => new($"The inbox {dialect.Name} can't be read: {dialect.Describe(failure)}", failure);
}
