using System.Collections.Concurrent;

namespace WebSo.Events;

// Connections for reading, which never wait for the writer nor keep it waiting.
internal sealed class SqliteReaders(string path, Action moved) : IDisposable
{
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<SqliteDatabase> _idle = [];
    private volatile bool _isClosed;

    // SQLite blocks, so each read has a thread of the pool for its time.
    public Task<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => Read(read), cancellationToken);

    public void Dispose()
    {
        _isClosed = true;
        while (_idle.TryTake(out var database))
            database.Dispose();
    }

    private T Read<T>(Func<SqliteDatabase, T> read)
    {
        SqliteDatabase? database = null;
        var isWell = false;
        try
        {
            if (_isClosed)
                throw new WebSoInboxUnavailableException($"The inbox {path} is closed.");
            if (!_idle.TryTake(out database))
                database = SqliteDatabase.Open(path, readOnly: true);
            var result = read(database);
            isWell = !database.HasMoved();
            if (!isWell)
                moved();
            return result;
        }
        catch (Exception failure) when (failure is not WebSoInboxStoreException)
        {
            throw new WebSoInboxStoreException($"The inbox {path} can't be read: {failure.Message}", failure);
        }
        finally
        {
            if (isWell && !_isClosed && _idle.Count < MaxIdle)
                _idle.Add(database!);
            else
                database?.Dispose();
        }
    }
}
