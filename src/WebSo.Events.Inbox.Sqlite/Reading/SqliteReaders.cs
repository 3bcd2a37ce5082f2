using System.Collections.Concurrent;

namespace WebSo.Events;

// Connections for reading, which never wait for the writer nor keep it waiting.
internal sealed class SqliteReaders(string path, Action moved) : IDisposable
{
    private const int MaxIdle = 4;

    // In turn, so that of one that is open when the file is replaced is soon seen that it was.
    private readonly ConcurrentQueue<(SqliteDatabase Database, int Generation)> _idle = [];
    private int _generation;
    private volatile bool _isClosed;

    // SQLite blocks, so each read has a thread of the pool for its time.
    public Task<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => Read(read), cancellationToken);

    // Those that are open are of a file that is no longer at the path.
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        DisposeIdle();
    }

    public void Dispose()
    {
        _isClosed = true;
        DisposeIdle();
    }

    private void DisposeIdle()
    {
        while (_idle.TryDequeue(out var idle))
            idle.Database.Dispose();
    }

    private T Read<T>(Func<SqliteDatabase, T> read)
    {
        try
        {
            while (true)
            {
                var generation = Volatile.Read(ref _generation);
                if (TryRead(read, generation, out var result))
                    return result;

                // Only the first one to see it tells: by the next ones the new file may be in use for long.
                if (Interlocked.CompareExchange(ref _generation, generation + 1, generation) == generation)
                    moved();
            }
        }
        catch (Exception failure) when (failure is not WebSoInboxStoreException)
        {
            throw new WebSoInboxStoreException($"The inbox {path} can't be read: {failure.Message}", failure);
        }
    }

    // False: what was read stands in a file that was replaced.
    private bool TryRead<T>(Func<SqliteDatabase, T> read, int generation, out T result)
    {
        if (_isClosed)
            throw new WebSoInboxUnavailableException($"The inbox {path} is closed.");

        var database = Take(generation);
        var isWell = false;
        try
        {
            result = read(database);
            isWell = !database.HasMoved();
            return isWell;
        }
        finally
        {
            if (isWell && _idle.Count < MaxIdle)
                _idle.Enqueue((database, generation));
            else
                database.Dispose();
            if (_isClosed)
                DisposeIdle();
        }
    }

    // One of an earlier generation may have come back after those were forgotten.
    private SqliteDatabase Take(int generation)
    {
        while (_idle.TryDequeue(out var idle))
        {
            if (idle.Generation == generation)
                return idle.Database;

            idle.Database.Dispose();
        }

        return SqliteDatabase.Open(path, readOnly: true);
    }
}
