using System.Collections.Concurrent;
using System.Data.Common;

namespace WebSo.Events.Engine;

// Connections that only read, a few at a time. One that fails is not used again; one that was idle may have been closed by the server.
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
                return Read(idle, read);
            }
            catch (WebSoInboxStoreException failure) when (failure.InnerException is { } cause && dialect.Classify(cause) == FailureKind.Unavailable)
            {
                // A new connection tells whether it was this one's fault.
            }
        }

        try
        {
            return Read(dialect.CreateSession(dialect.OpenReader()), read);
        }
        catch (DbException failure)
        {
            throw Unreadable(failure);
        }
    }

    private T Read<T>(SqlSession session, Func<SqlSession, T> read)
    {
        try
        {
            var result = read(session);
            _idle.Add(session);
            if (_isDisposed)
                Dispose();
            return result;
        }
        catch (Exception failure)
        {
            session.Dispose();
            if (failure is DbException or InvalidOperationException or IOException)
                throw Unreadable(failure);
            throw;
        }
    }

    private WebSoInboxStoreException Unreadable(Exception failure) => new($"{dialect.Name} can't be read: {dialect.Describe(failure)}", failure);
}
