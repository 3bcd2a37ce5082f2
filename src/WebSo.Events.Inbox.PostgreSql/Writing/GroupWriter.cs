using Microsoft.Extensions.Logging;
using Npgsql;

namespace WebSo.Events;

// Writes over one connection. What came while a transaction was under way shares the next, so one commit, and one flush of the server's
// disk, serves many callers; what comes alone is written at once.
// Found: what can be claimed is known before a caller is told; signal: after, since a listener may do anything.
internal sealed class GroupWriter(
    NpgsqlDataSource dataSource, StoreSql sql, StoreClock clock, Action<string, DateTime?> found, Action<string> signal, string inbox, ILogger logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<string> _knownEndpoints = new(StringComparer.Ordinal);
    private readonly WriteQueue _queue = new(clock.TimeProvider);
    private readonly CancellationTokenSource _closing = new();
    private Task _loop = Task.CompletedTask;
    private NpgsqlConnection? _connection;

    // Beyond the operations that were taken together: all who waited may have given up before the database is well.
    private bool _hasFailed;

    public void Start() => _loop = BackgroundLoop.Run(RunAsync);

    public Task<T> WriteAsync<T>(AwaitedOperation<T> operation, CancellationToken cancellationToken, bool isBounded = false)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        if (!_queue.TryAdd(operation, isBounded))
        {
            return Task.FromException<T>(new WebSoInboxUnavailableException(_closing.IsCancellationRequested
                ? $"The inbox {inbox} is closed."
                : $"Too much waits to be written to the inbox {inbox}: the server does not keep up, or is gone."));
        }

        operation.CancelOn(cancellationToken);
        return operation.Task;
    }

    public void Note(WriteOperation operation) => _queue.AddNote(operation);

    // What waits is written first, if it can be.
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _queue.Close();
        await _loop.ConfigureAwait(false);
        await DropConnectionAsync().ConfigureAwait(false);
        _queue.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _queue.TakeAllAsync().ConfigureAwait(false) is { } operations)
        {
            try
            {
                await WriteUntilDoneAsync(operations).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // A logger failed. What was not completed is not known; the writing goes on.
                operations.ForEach(operation => operation.Fail(new WebSoInboxStoreException($"The inbox {inbox} failed: {failure.Message}", failure)));
                LogFailure(failure);
            }
        }
    }

    private void LogFailure(Exception failure)
    {
        try
        {
            PostgreSqlInboxLog.WriterFailed(logger, inbox, failure);
        }
        catch (Exception)
        {
            // There is nobody else to tell; who waited has been told.
        }
    }

    private async Task WriteUntilDoneAsync(List<WriteOperation> operations)
    {
        var state = new Attempts();
        while (true)
        {
            operations.RemoveAll(operation => operation.IsWithdrawn);
            if (operations.Count == 0)
                return;

            var batch = CreateBatch(operations, state.OneByOne);
            try
            {
                await WriteAsync(batch, state.IsLocked).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                await DropConnectionAsync().ConfigureAwait(false);
                if (DatabaseFailure.IsOfTheDatabase(failure))
                    await WaitAsync(operations, state, failure).ConfigureAwait(false);
                else
                    FindCulprit(operations, batch, state, failure);
                continue;
            }

            Complete(operations, batch, state);
        }
    }

    private void Complete(List<WriteOperation> operations, WriteBatch batch, Attempts state)
    {
        var hasRecovered = _hasFailed;
        (_hasFailed, state.Pause) = (false, s_firstPause);
        var written = batch.Operations.ToHashSet();
        operations.RemoveAll(written.Contains);

        // Before all that came later.
        var postponed = batch.Postponed;
        if (operations.Count > 0)
            operations.InsertRange(0, postponed);
        else
            _queue.Return(postponed);
        foreach (var (endpoint, dueAt) in batch.Found.Endpoints.Where(work => work.Value is not null))
            found(endpoint, dueAt);

        foreach (var operation in batch.Operations.Except(postponed))
            operation.Complete();
        foreach (var endpoint in batch.Found.Endpoints.Keys)
            signal(endpoint);
        if (hasRecovered)
            PostgreSqlInboxLog.Recovered(logger, inbox);
    }

    private async Task WaitAsync(List<WriteOperation> operations, Attempts state, Exception failure)
    {
        var isFirst = !_hasFailed;
        _hasFailed = true;
        if (isFirst)
            PostgreSqlInboxLog.WriteFailed(logger, inbox, DatabaseFailure.Describe(failure), failure);
        if (FailIfClosing(operations, failure))
            return;

        await PauseAsync(state.Pause).ConfigureAwait(false);
        state.Pause = state.Pause + state.Pause > s_longestPause ? s_longestPause : state.Pause + state.Pause;
    }

    // The fault of one of them: each for itself, then.
    private void FindCulprit(List<WriteOperation> operations, WriteBatch batch, Attempts state, Exception failure)
    {
        // Each waits for the lock again, so not for long: many of one locked queue would keep all others waiting.
        state.IsLocked |= DatabaseFailure.IsLockTimeout(failure);
        if (batch.Operations.Count > 1)
        {
            state.OneByOne = true;
        }
        else if (DatabaseFailure.IsLockTimeout(failure))
        {
            if (!FailIfClosing(operations, failure))
                SetAside(operations, batch.Operations[0]);
        }
        else
        {
            batch.Operations[0].Fail(new WebSoInboxStoreException($"The inbox {inbox} refused a write: {DatabaseFailure.Describe(failure)}", failure));
            operations.Remove(batch.Operations[0]);
        }
    }

    // What is held up goes last, and alone.
    private WriteBatch CreateBatch(List<WriteOperation> operations, bool alone)
    {
        var batch = new WriteBatch(sql, clock, _knownEndpoints);
        foreach (var operation in operations.Where(operation => !operation.IsHeldUp))
        {
            if (!batch.TryAdd(operation) || alone)
                break;
        }

        if (batch.Operations.Count == 0)
            batch.TryAdd(operations[0]);
        return batch;
    }

    private async Task WriteAsync(WriteBatch batch, bool isQuick)
    {
        _connection ??= await dataSource.OpenConnectionAsync().ConfigureAwait(false);
        await batch.WriteAsync(_connection, isQuick || batch.Operations[0].IsHeldUp ? "100ms" : "2s").ConfigureAwait(false);
    }

    // To the end of the queue, so that what came meanwhile goes before it.
    private void SetAside(List<WriteOperation> operations, WriteOperation operation)
    {
        if (!operation.IsHeldUp)
            PostgreSqlInboxLog.HeldUp(logger, inbox);
        operation.IsHeldUp = true;
        operations.Remove(operation);
        if (!_queue.TryAdd(operation, isBounded: false))
            operation.Fail(new WebSoInboxUnavailableException($"The inbox {inbox} is closed."));
    }

    // The process is to end: it can't wait for the cause to go.
    private bool FailIfClosing(List<WriteOperation> operations, Exception failure)
    {
        if (!_closing.IsCancellationRequested)
            return false;

        var closed = new WebSoInboxUnavailableException($"The inbox {inbox} is closed, and could not be written.", failure);
        operations.ForEach(operation => operation.Fail(closed));
        operations.Clear();
        return true;
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, clock.TimeProvider, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The next attempt is the last.
        }
    }

    private async Task DropConnectionAsync()
    {
        if (_connection is not { } connection)
            return;

        _connection = null;
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    // How it goes with the operations that were taken together.
    private sealed class Attempts
    {
        public TimeSpan Pause { get; set; } = s_firstPause;

        public bool OneByOne { get; set; }

        public bool IsLocked { get; set; }
    }
}
