using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Engine;

// The only thread that writes. Operations that arrive while it is busy share the next transaction, so that one COMMIT and one disk flush
// serve many callers. A single operation is written immediately.
internal sealed class InboxWriter(InboxDialect dialect, SchemaSetup setup, FailureLog failures, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    // How often operations that meet a lock are tried together, before the one that needs the locked row is separated.
    private const int MaxBusyTries = 3;

    private readonly WriteQueue _queue = new();
    private readonly ManualResetEventSlim _closing = new();
    private readonly ConcurrentDictionary<string, IInboxWorker> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _receivingEndpoints = new(StringComparer.Ordinal);
    private readonly HashSet<long> _unknownTokens = [];
    private readonly WriterConnection _connection = new(dialect, setup, failures);
    private Thread? _thread;

    // True once the current transaction has begun.
    private bool _hasBegun;

    public InboxDialect Dialect => dialect;

    public ILogger Logger => logger;

    public LeaseTable Leases { get; } = new();

    // The endpoints for which this process records heartbeats.
    public ICollection<string> ReceivingEndpoints => _receivingEndpoints.Keys;

    // The endpoints that this process handles without receiving, each with the time of its last transaction (initially DateTime.MinValue).
    public ConcurrentDictionary<string, DateTime> WatchedEndpoints { get; } = new(StringComparer.Ordinal);

    public DateTime Time => timeProvider.GetUtcNow().UtcDateTime;

    public long Timestamp => timeProvider.GetTimestamp();

    public IInboxWorker? WorkerOf(string endpoint) => _workers.TryGetValue(endpoint, out var worker) ? worker : null;

    public bool TryAttachWorker(string endpoint, IInboxWorker worker) => _workers.TryAdd(endpoint, worker);

    public void DetachWorker(string endpoint) => _workers.TryRemove(endpoint, out _);

    public void StartHeartbeats(string endpoint) => _receivingEndpoints.TryAdd(endpoint, true);

    // Starts the thread with the connection that was opened and verified at the start.
    public void Start(SqlSession session)
    {
        _connection.Use(session);
        _thread = new Thread(Run) { IsBackground = true, Name = "WebSo.Events inbox writer" };
        if (ExecutionContext.IsFlowSuppressed())
        {
            _thread.Start();
            return;
        }

        // Deliveries that this thread hands over must not be part of the span in which the host was started.
        using (ExecutionContext.SuppressFlow())
            _thread.Start();
    }

    public Task<T> WriteAsync<T>(WriteOperation<T> operation, CancellationToken cancellationToken, bool isBounded = false)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        operation.CancelOn(cancellationToken);
        if (!_queue.TryAdd(operation, isBounded))
        {
            operation.Fail(new WebSoInboxStoreException(_closing.IsSet
                ? $"The inbox {dialect.Name} is closed."
                : $"Too many operations wait to be written to the inbox {dialect.Name}. The disk is too slow, or the database can't be written."));
        }

        return operation.Task;
    }

    // Writes the waiting operations first, if possible.
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
            var batch = operations.FindAll(static operation => operation is not ICommandOperation && !operation.IsAlone);
            var alone = operations.FindAll(static operation => operation is ICommandOperation || operation.IsAlone);
            WriteUntilDone(batch);
            foreach (var operation in alone)
                WriteUntilDone([operation]);
        }

        _connection.Close();
    }

    // Returns when each operation is written, has failed or was canceled.
    private void WriteUntilDone(List<WriteOperation> operations)
    {
        var retry = new WriteRetry(NextToken());
        while (true)
        {
            operations.RemoveAll(static operation => !operation.TryStart());
            if (operations.Count == 0)
                return;

            var wasOpen = _connection.IsOpen;
            try
            {
                Write(operations, retry.Token);
                failures.Recovered();
                return;
            }
            catch (Exception failure)
            {
                if (!PrepareRetry(operations, failure, retry, wasOpen))
                    return;
            }
        }
    }

    // Returns false if there is nothing left to try: each operation is written, has failed or is queued again.
    private bool PrepareRetry(List<WriteOperation> operations, Exception failure, WriteRetry retry, bool wasOpen)
    {
        if (_unknownTokens.Contains(retry.Token))
            operations.ForEach(static operation => operation.IsRepeated = true);
        var kind = _connection.Classify(failure);
        _connection.Reset(kind);
        if (operations is [ClaimOperation { FoundUnreadable: true } claim])
        {
            // The next try leaves out what could not be read.
            claim.FoundUnreadable = false;
            Requeue(operations);
            return true;
        }

        if (kind == FailureKind.Operation)
        {
            IsolateFailure(operations, failure);
            return false;
        }

        // The first failure of this kind is not logged: a lock is usually released quickly, and the server may have closed an idle session.
        var wasIdle = kind == FailureKind.Unavailable && wasOpen && !_hasBegun;
        var isFirst = retry.IsFirstFailure;
        retry.IsFirstFailure = false;
        if (!isFirst || !(wasIdle || kind == FailureKind.Busy))
            failures.Add(failure);
        if (_closing.IsSet)
        {
            FailAll(operations, failure);
            return false;
        }

        Requeue(operations);
        return wasIdle || WaitForRetry(operations, failure, kind, retry, isFirst);
    }

    private bool WaitForRetry(List<WriteOperation> operations, Exception failure, FailureKind kind, WriteRetry retry, bool isFirst)
    {
        if (kind == FailureKind.Unavailable && !isFirst && operations is [ICommandOperation { IsNeeded: false }])
        {
            operations[0].Fail(new WebSoInboxStoreException($"The inbox {dialect.Name} can't be written: {dialect.Describe(failure)}", failure));
            return false;
        }

        _closing.Wait(retry.Pause);
        retry.DoublePause();
        if (kind != FailureKind.Busy || !dialect.LocksRows || (operations is not [{ IsAlone: true }] && ++retry.BusyTries != MaxBusyTries))
            return true;

        WriteSeparately(operations);
        return false;
    }

    private void Requeue(List<WriteOperation> operations)
    {
        operations.ForEach(static operation => operation.Requeue());
        _queue.RemoveCanceled();
    }

    // The process is stopping, so it can't wait until the database works again.
    private void FailAll(List<WriteOperation> operations, Exception failure)
    {
        var closed = new WebSoInboxStoreException($"The inbox {dialect.Name} is closed and could not be written.", failure);
        operations.ForEach(operation => operation.Fail(closed));
    }

    // One of the operations is at fault. It fails, and the others are written without it.
    private void IsolateFailure(List<WriteOperation> operations, Exception failure)
    {
        if (operations is [{ IsSuspect: true }])
        {
            operations[0].Fail(failure as WebSoInboxStoreException
                ?? new WebSoInboxStoreException($"The inbox {dialect.Name} rejected a write: {dialect.Describe(failure)}", failure));
            return;
        }

        foreach (var operation in operations)
        {
            operation.IsSuspect = true;
            operation.Requeue();
        }

        foreach (var operation in operations)
            WriteUntilDone([operation]);
    }

    // A row that one of the operations needs stays locked by another session. The others are written without it, and it is queued again.
    private void WriteSeparately(List<WriteOperation> operations)
    {
        if (operations.Count > 1)
        {
            foreach (var operation in operations)
                WriteUntilDone([operation]);
            return;
        }

        operations[0].IsAlone = true;
        if (!_queue.TryAdd(operations[0], isBounded: false))
            operations[0].Fail(new WebSoInboxStoreException($"The inbox {dialect.Name} is closed, and another session has locked a row that had to be written."));
    }

    private void Write(List<WriteOperation> operations, long token)
    {
        _hasBegun = false;
        var session = _connection.Open();
        var transaction = new WriteTransaction(this, session, token);
        try
        {
            transaction.Begin([.. operations.OfType<AppendOperation>().Select(static append => append.Delivery.Context.EndpointName).Distinct()], _unknownTokens);
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
        foreach (var lease in operations.OfType<ClaimOperation>().SelectMany(static claim => claim.Result.Leases))
            Leases.Add(lease);
        transaction.Committed();
        foreach (var operation in operations)
        {
            if (operation is ICommandOperation command)
                command.Finish(session.Connection);
            operation.Complete();
        }
    }

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

    // Unique across transactions and processes. Never 0, which means that there is no lease.
    private static long NextToken()
    {
        var bytes = new byte[sizeof(long)];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return BitConverter.ToInt64(bytes, 0) & long.MaxValue | 1;
    }
}
