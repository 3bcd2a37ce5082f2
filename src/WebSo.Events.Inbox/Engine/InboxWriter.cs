using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Engine;

// The one thread that writes. What comes while it is busy shares the next transaction, so that one COMMIT, and one flush of the disk, serves
// many callers; what comes alone is written at once.
internal sealed class InboxWriter(InboxDialect dialect, SchemaSetup setup, FailureLog failures, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    private readonly WriteQueue _queue = new();
    private readonly ManualResetEventSlim _closing = new();
    private readonly ConcurrentDictionary<string, IInboxWorker> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _receiving = new(StringComparer.Ordinal);
    private readonly List<long> _unknownTokens = [];
    private Thread? _thread;
    private SqlSession? _session;

    // Whether the present transaction has begun.
    private bool _hasBegun;

    public InboxDialect Dialect => dialect;

    public ILogger Logger => logger;

    public LeaseTable Leases { get; } = new();

    // The endpoints for which this process gives signs of life.
    public ICollection<string> Receiving => _receiving.Keys;

    // The endpoints that this process handles without receiving for them, each with the time of its last transaction; at first the least time.
    public ConcurrentDictionary<string, DateTime> Watched { get; } = new(StringComparer.Ordinal);

    public DateTime Time => timeProvider.GetUtcNow().UtcDateTime;

    public IInboxWorker? WorkerOf(string endpoint) => _workers.TryGetValue(endpoint, out var worker) ? worker : null;

    public bool TryAttach(string endpoint, IInboxWorker worker) => _workers.TryAdd(endpoint, worker);

    public void Detach(string endpoint) => _workers.TryRemove(endpoint, out _);

    public void Receive(string endpoint) => _receiving.TryAdd(endpoint, true);

    // With the connection that was opened at the start, by which all is known to be well.
    public void Start(SqlSession session)
    {
        _session = session;
        _thread = new Thread(Run) { IsBackground = true, Name = "WebSo.Events inbox writer" };
        if (ExecutionContext.IsFlowSuppressed())
        {
            _thread.Start();
            return;
        }

        // What it hands over must not be part of the span in which the host was started.
        using (ExecutionContext.SuppressFlow())
            _thread.Start();
    }

    public Task<T> WriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken, bool isBounded = false)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (!_queue.TryAdd(operation, isBounded))
        {
            operation.Fail(new WebSoInboxUnavailableException(_closing.IsSet
                ? $"{dialect.Name} is closed."
                : $"Too much waits to be written to {dialect.Name}: the disk does not keep up, or it can't be written."));
        }

        operation.CancelOn(cancellationToken);
        return operation.Task;
    }

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
        while (_queue.TakeAll() is { } operations)
        {
            var batch = operations.FindAll(static operation => operation is not ICommandOperation);
            WriteUntilDone(batch);
            foreach (var command in operations)
            {
                if (command is ICommandOperation)
                    WriteUntilDone([command]);
            }
        }

        Close();
    }

    // Returns when each of the operations is written or has failed, or nobody waits for it any more.
    private void WriteUntilDone(List<WriteOperation> operations)
    {
        var pause = s_firstPause;
        var isRepeated = false;
        var isQuiet = true;
        while (true)
        {
            operations.RemoveAll(static operation => !operation.TryTake());
            if (operations.Count == 0)
                return;

            var hadSession = _session is not null;
            try
            {
                Write(operations, isRepeated);
                failures.Recovered();
                return;
            }
            catch (Exception failure)
            {
                isRepeated |= _unknownTokens.Count > 0;
                var kind = KindOf(failure);
                Reset(kind);
                if (kind == FailureKind.Operation)
                {
                    WriteAlone(operations, failure);
                    return;
                }

                // A lock may be gone at once. A session may have been closed by the server while it was idle: a new one tells.
                var wasIdle = kind == FailureKind.Unavailable && hadSession && !_hasBegun;
                if (!isQuiet || !(wasIdle || kind == FailureKind.Busy))
                    failures.Add(failure);
                isQuiet = false;
                if (_closing.IsSet)
                {
                    // The process is to end: it can't wait for the cause to go.
                    var closed = new WebSoInboxUnavailableException($"{dialect.Name} is closed, and could not be written.", failure);
                    operations.ForEach(operation => operation.Fail(closed));
                    return;
                }

                operations.ForEach(static operation => operation.GiveBack());
                if (wasIdle)
                    continue;
                _closing.Wait(pause);
                pause = pause + pause > s_longestPause ? s_longestPause : pause + pause;
            }
        }
    }

    // One of them is at fault: that one is told, the others are written without it.
    private void WriteAlone(List<WriteOperation> operations, Exception failure)
    {
        if (operations.Count == 1)
        {
            operations[0].Fail(failure as WebSoInboxStoreException
                ?? new WebSoInboxStoreException($"{dialect.Name} did not take a write: {dialect.Describe(failure)}", failure));
            return;
        }

        operations.ForEach(static operation => operation.GiveBack());
        foreach (var operation in operations)
            WriteUntilDone([operation]);
    }

    private void Write(List<WriteOperation> operations, bool isRepeated)
    {
        _hasBegun = false;
        var session = _session ??= Reopen();
        var transaction = new WriteTransaction(this, session, LeaseTokens.Next()) { IsRepeated = isRepeated };
        try
        {
            transaction.Begin(EndpointsOf(operations), _unknownTokens);
            _hasBegun = true;
            WriteBatch.Execute(transaction, operations);
            Commit(session, transaction.Token);
        }
        catch
        {
            transaction.RolledBack();
            throw;
        }

        _unknownTokens.Clear();
        foreach (var operation in operations)
            Note(operation);
        transaction.Committed();
        foreach (var operation in operations)
        {
            if (operation is ICommandOperation command)
                command.Finish(session.Connection);
            operation.Complete();
        }
    }

    // Whatever stands in the way may be gone the next time.
    private SqlSession Reopen()
    {
        try
        {
            return setup.Open();
        }
        catch (WebSoInboxStoreException failure)
        {
            throw new ReopenException(failure);
        }
    }

    private FailureKind KindOf(Exception failure) => failure switch
    {
        ReopenException => FailureKind.Unavailable,
        WebSoInboxStoreException => FailureKind.Operation,
        _ => dialect.Classify(failure),
    };

    private void Commit(SqlSession session, long token)
    {
        try
        {
            session.Commit();
            dialect.AfterCommit(session.Connection);
        }
        catch (Exception failure)
        {
            if (dialect.MayHaveCommitted(failure))
                _unknownTokens.Add(token);
            throw;
        }
    }

    private void Note(WriteOperation operation)
    {
        if (operation is MarkOperation { Kind: not MarkKind.Renew } mark)
            Leases.Remove(mark.Lease);
        if (operation is ClaimOperation claim)
        {
            foreach (var lease in claim.Result.Leases)
                Leases.Add(lease);
        }
    }

    private static HashSet<string> EndpointsOf(List<WriteOperation> operations)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            if (operation is AppendOperation append)
                names.Add(append.Delivery.Context.EndpointName);
        }

        return names;
    }

    // A connection on which another session was in the way is well when its transaction is ended; of all else a new one is safer.
    private void Reset(FailureKind kind)
    {
        if (_session is not { } session || (kind != FailureKind.Unavailable && TryRollBack(session)))
            return;

        _session = null;
        TryDispose(session);
    }

    private sealed class ReopenException(WebSoInboxStoreException failure) : Exception(failure.Message, failure);

    private static bool TryRollBack(SqlSession session)
    {
        try
        {
            session.RollBack();
            return true;
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void TryDispose(SqlSession session)
    {
        try
        {
            session.Dispose();
        }
        catch (Exception failure) when (failure is DbException or InvalidOperationException or IOException)
        {
            // It is given up.
        }
    }

    private void Close()
    {
        if (_session is not { } session)
            return;

        try
        {
            dialect.BeforeClose(session.Connection);
        }
        catch (Exception failure) when (failure is DbException or WebSoInboxStoreException)
        {
            failures.Add(failure);
        }

        TryDispose(session);
    }
}
