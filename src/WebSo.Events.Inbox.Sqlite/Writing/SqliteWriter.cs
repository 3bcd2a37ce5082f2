using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace WebSo.Events;

// The one thread that writes. What came while it was busy shares the next transaction, so one commit, and one flush of the disk, serves
// many callers; what comes alone is written at once.
// Found: what can be claimed is known before a caller is told; signal: after, since a listener may do anything.
internal sealed class SqliteWriter(
    string path, TimeProvider timeProvider, Action<string> found, Action<string> signal, Action moved, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    private readonly WriteQueue _queue = new();
    private readonly ManualResetEventSlim _closing = new();
    private Thread? _thread;
    private WriteSession? _session;
    private TimeSpan _lastCommit;
    private bool _canCreate;
    private bool _hasFailed;
    private bool _hasLostNotes;

    // The connection that was opened at the start, by which all is known to be well.
    public void Start(SqliteDatabase database, bool canCreate)
    {
        _canCreate = canCreate;
        _session = new WriteSession(database, timeProvider);
        _thread = new Thread(Run) { IsBackground = true, Name = "WebSo.Events inbox writer" };
        _thread.Start();
    }

    // Abandonable: cancelled while it is written, it may be written or not.
    public Task<T> WriteAsync<T>(
        Func<WriteSession, T> write,
        CancellationToken cancellationToken,
        int bytes = 0,
        bool isBounded = false,
        bool isAbandonable = true)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        var operation = new AwaitedOperation<T>(write, bytes, isAbandonable);
        operation.CancelOn(cancellationToken);
        if (!_queue.TryAdd(operation, isBounded))
        {
            operation.Withdraw();
            return Task.FromException<T>(new WebSoInboxUnavailableException(_closing.IsSet
                ? $"The inbox {path} is closed."
                : $"Too much waits to be written to the inbox {path}: the disk does not keep up, or the file can't be written."));
        }

        return operation.Task;
    }

    public void Note(WriteOperation operation) => _queue.AddNote(operation);

    // What waits is written first, if it can be.
    public async ValueTask DisposeAsync()
    {
        _closing.Set();
        _queue.Close();
        if (_thread is { } thread)
            await Task.Run(thread.Join).ConfigureAwait(false);
    }

    private void Run()
    {
        while (_queue.TakeAll(_lastCommit) is { } operations)
        {
            try
            {
                WriteUntilDone(operations);
            }
            catch (Exception failure)
            {
                // A logger failed. What was not completed is not known; the writing goes on.
                operations.ForEach(operation => operation.Fail(new WebSoInboxStoreException($"The inbox {path} failed: {failure.Message}", failure)));
            }
        }

        _session?.Dispose();
    }

    private void WriteUntilDone(List<WriteOperation> operations)
    {
        var pause = s_firstPause;
        while (true)
        {
            operations.RemoveAll(operation => !operation.TryTake());
            if (operations.Count == 0)
                return;

            try
            {
                Write(operations);
                break;
            }
            catch (Exception failure)
            {
                var isFirst = !_hasFailed;
                _hasFailed = true;
                Reset(failure);
                if (isFirst)
                    SqliteInboxLog.WriteFailed(logger, path, failure.Message, failure);
                if (_closing.IsSet)
                {
                    // The process is to end: it can't wait for the cause to go.
                    var closed = new WebSoInboxUnavailableException($"The inbox {path} is closed, and could not be written.", failure);
                    operations.ForEach(operation => operation.Fail(closed));
                    return;
                }

                operations.ForEach(operation => operation.GiveBack());
                _closing.Wait(pause);
                pause = pause + pause > s_longestPause ? s_longestPause : pause + pause;
            }
        }

        var hasRecovered = _hasFailed;
        _hasFailed = false;
        foreach (var endpoint in _session!.Signals)
            found(endpoint);
        _queue.NoteWritten();
        Complete(operations);

        // Who waited is told: what fails from here on is no failure of theirs.
        operations.Clear();
        foreach (var endpoint in _session.Signals)
            signal(endpoint);
        if (hasRecovered)
            SqliteInboxLog.Recovered(logger, path);
    }

    // Many continuations are queued by a thread of the pool, to its own queue: from this one each would go to that of all, and wake a thread.
    private static void Complete(List<WriteOperation> operations)
    {
        operations.ForEach(operation => operation.Settle());
        operations.RemoveAll(operation => !operation.IsAwaited);
        if (operations.Count == 1)
            operations[0].Complete();
        else if (operations.Count > 1)
            ThreadPool.UnsafeQueueUserWorkItem(static state => Array.ForEach((WriteOperation[])state!, operation => operation.Complete()), operations.ToArray());
    }

    // What it throws is of the file: what fails of one operation is told to that alone.
    private void Write(List<WriteOperation> operations)
    {
        var session = _session ??= WriteSession.Open(path, _canCreate, timeProvider);
        session.Begin();
        Execute(operations, session);
        WriteNotes(operations, session);
        _lastCommit = session.Commit();
        if (session.HasMoved)
        {
            // Notes are of what was stored in the other file.
            moved();
            operations.RemoveAll(operation => operation is AnsweredOperation);
            _queue.DropNotes();
            throw new SqliteException($"The file {path} was replaced or removed while it was open.", raw.SQLITE_READONLY, raw.SQLITE_READONLY_DBMOVED);
        }
    }

    private void Execute(List<WriteOperation> operations, WriteSession session, bool keepsNotes = true)
    {
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                operations[i].Execute(session);
            }
            catch (Exception failure) when (!IsOfTheFile(failure))
            {
                // What it wrote must go, the others begin anew.
                operations[i].Fail(new WebSoInboxStoreException($"The inbox {path} did not take a write: {failure.Message}", failure));
                operations.RemoveAt(i);
                session.Rollback();
                session.Begin(keepsNotes);
                i = -1;
            }
        }
    }

    // They are of all operations; without them the answers count as unknown, and the rest is written all the same.
    private void WriteNotes(List<WriteOperation> operations, WriteSession session)
    {
        try
        {
            session.WriteNotes();
            _hasLostNotes = false;
        }
        catch (Exception failure) when (!IsOfTheFile(failure))
        {
            if (!_hasLostNotes)
                SqliteInboxLog.NotesFailed(logger, path, failure.Message, failure);
            _hasLostNotes = true;
            session.Rollback();
            session.Begin(keepsNotes: false);
            Execute(operations, session, keepsNotes: false);
        }
    }

    // A file that is busy is the same when that is over; of all else a new connection is safer.
    private void Reset(Exception failure)
    {
        if (_session is not { } session)
            return;
        if (failure is SqliteException sqlite && PrimaryCode(sqlite) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED && session.TryRollback())
            return;

        session.Dispose();
        _session = null;
    }

    // The failure of an operation that is not its own: the file is locked, full, read-only or gone. That of a damaged page is the
    // operation's, so that one row does not keep all others waiting.
    private static bool IsOfTheFile(Exception failure) => failure is SqliteException sqlite && PrimaryCode(sqlite) is raw.SQLITE_BUSY
        or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB
        or raw.SQLITE_NOMEM or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_PROTOCOL or raw.SQLITE_NOLFS or raw.SQLITE_INTERRUPT;

    // The code may be an extended one, whose low byte says which kind it is.
    private static int PrimaryCode(SqliteException failure) => failure.SqliteErrorCode & 0xFF;
}
