using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Engine;

// Stores deliveries and hands them to workers, on one database. A method that writes waits while the database can't be written, until its
// token is canceled; whether the data was written is then unknown.
internal sealed class InboxEngine : IAsyncDisposable
{
    // The default duration of a lease.
    public static readonly TimeSpan DefaultLeaseDuration = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_heartbeatInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_countsKeptFor = TimeSpan.FromDays(7);

    private readonly InboxWriter _writer;
    private readonly ReadPool _pool;
    private readonly SchemaSetup _setup;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _timeProvider;
    private Task _heartbeats = Task.CompletedTask;
    private Task _listening = Task.CompletedTask;
    private bool _isOpen;
    private bool _isDisposed;

    public InboxEngine(InboxDialect dialect, TimeProvider timeProvider, ILogger logger)
    {
        (Dialect, Logger, _timeProvider) = (dialect, SafeLogger.Of(logger), timeProvider);
        var failures = new FailureLog(dialect, timeProvider, Logger);
        _setup = new SchemaSetup(dialect, timeProvider, failures);
        _writer = new InboxWriter(dialect, _setup, failures, timeProvider, Logger);
        _pool = new ReadPool(dialect);
        Reader = new InboxReader(dialect, _pool, timeProvider);
    }

    // Whether opening creates the database and its tables. If false and they don't exist, opening throws.
    public bool CreateSchema
    {
        get => _setup.CanCreate;
        init => _setup.CanCreate = value;
    }

    // The duration of a lease unless it is renewed. Must be the same in all processes that use the database. Only tests change it.
    public TimeSpan LeaseDuration
    {
        get => _writer.Leases.Duration;
        init => _writer.Leases.Duration = value;
    }

    public InboxDialect Dialect { get; }

    public ILogger Logger { get; }

    public InboxReader Reader { get; }

    // Opens the database. Further calls do nothing. Throws WebSoInboxStoreException if the database can't be used.
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;

            _writer.Start(await Task.Run(() => _setup.OpenFirst(cancellationToken), cancellationToken).ConfigureAwait(false));
            _isOpen = true;
            _heartbeats = BackgroundLoop.Repeat(s_heartbeatInterval, TryWriteHeartbeatAsync, _timeProvider, _closing.Token);
            _listening = BackgroundLoop.Run(() => Dialect.ListenAsync(endpoint => _writer.WorkerOf(endpoint)?.Wake(), _closing.Token));
        }
        finally
        {
            _opening.Release();
        }
    }

    // Opens the database for reading only: nothing is written, not even next to the database file, and no write permission is needed.
    public async Task OpenToReadAsync(CancellationToken cancellationToken)
    {
        await Task.Run(Dialect.EnsureReadable, cancellationToken).ConfigureAwait(false);
        await _pool.ReadAsync(
            session =>
            {
                _setup.EnsureReadable(session);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    // Starts recording that this process receives for the endpoint, also while there are no calls.
    public void StartHeartbeats(string endpoint) => _writer.StartHeartbeats(endpoint);

    // Starts watching for clock steps, for the leases of an endpoint that this process handles without receiving. Records no heartbeat:
    // time in which only handlers run does not count for duplicate windows.
    public void WatchClock(string endpoint) => _writer.WatchedEndpoints.TryAdd(endpoint, DateTime.MinValue);

    // Connects the worker of an endpoint, which then gets the deliveries that this process stores and is woken for claims.
    public void AttachWorker(string endpoint, IInboxWorker worker)
    {
        if (!_writer.TryAttachWorker(endpoint, worker))
            throw new InvalidOperationException($"There is already a worker for {new EndpointLabel(endpoint)}.");
    }

    public void DetachWorker(string endpoint) => _writer.DetachWorker(endpoint);

    // Throws WebSoInboxStoreException and stores nothing if too many operations wait or the engine is closed.
    public Task<AppendResult> AppendAsync(NewDelivery delivery, CancellationToken cancellationToken)
    {
        _writer.StartHeartbeats(delivery.Context.EndpointName);
        return _writer.WriteAsync(new AppendOperation(delivery), cancellationToken, isBounded: true);
    }

    // Runs a command in its own transaction.
    public Task<T> CommandAsync<T>(Func<WriteTransaction, T> command, CancellationToken cancellationToken, Action<DbConnection>? afterCommit = null) =>
        _writer.WriteAsync(new CommandOperation<T>(command) { AfterCommit = afterCommit }, cancellationToken);

    // Writes as durably as an append, without storing a delivery.
    public Task ProbeAsync(CancellationToken cancellationToken) => CommandAsync(static transaction => transaction.Probe(), cancellationToken);

    public Task<ClaimResult> ClaimAsync(string endpoint, int maxCount, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new ClaimOperation(endpoint, maxCount), cancellationToken);

    // Writes the result of a lease. Returns false if the lease was lost; nothing is changed then.
    public Task<bool> UpdateLeaseAsync(LeaseUpdate update, CancellationToken cancellationToken) => _writer.WriteAsync(update, cancellationToken);

    // Removes a lease from those of this process, because it was given up or its result is written.
    public void RemoveLease(Lease lease) => _writer.Leases.Remove(lease);

    // Copies the database to a new file that only the user of this process can read, while deliveries are stored and handled. canReplace
    // allows replacing an earlier backup once the new one is complete. A failed backup leaves nothing behind.
    public Task BackupAsync(string path, bool canReplace = false, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            try
            {
                Dialect.Backup(path, canReplace);
            }
            catch (Exception failure) when (failure is DbException or IOException or UnauthorizedAccessException)
            {
                throw new WebSoInboxStoreException($"The inbox {Dialect.Name} could not be copied to {path}: {Dialect.Describe(failure)}", failure);
            }
        },
        cancellationToken);

    // Removes deliveries that have been in a state for the given time, except the first 'skip' ones. A result below maxCount means that no
    // more are old enough.
    public Task<int> PurgeAsync(string endpoint, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken, int skip = 0) =>
        CommandAsync(transaction => InboxCommands.Purge(transaction, endpoint, state, age, maxCount, skip), cancellationToken, ReleaseSpace);

    // Removes duplicate keys whose window ended at least 7 days ago.
    public Task<int> PurgeDuplicatesAsync(int maxCount, CancellationToken cancellationToken) =>
        CommandAsync(transaction => InboxCommands.PurgeDuplicates(transaction, s_countsKeptFor, maxCount), cancellationToken);

    // Records that OnDeadLetter has completed. Returns false and changes nothing if the delivery is no longer a dead letter.
    public Task<bool> RecordCallAsync(DeadLetter deadLetter, string endpoint, TimeSpan duration) =>
        _writer.WriteAsync(
            new CommandOperation<bool>(transaction => deadLetter.RecordCall(transaction, endpoint, duration)) { IsNeeded = true }, CancellationToken.None);

    // Writes the waiting operations and closes the database.
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;

        _isDisposed = true;
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_heartbeats, _listening).ConfigureAwait(false);
        }
        finally
        {
            // Closed before the writer: the last connection to a SQLite file moves all data into the main file.
            _pool.Dispose();
            await _writer.DisposeAsync().ConfigureAwait(false);
            Dialect.Close();
            _opening.Dispose();
            _closing.Dispose();
        }
    }

    // Keeps the heartbeats of an idle receiver current and lets an idle handler notice clock steps. Any transaction does both.
    private async Task TryWriteHeartbeatAsync()
    {
        if (_writer.ReceivingEndpoints.Count + _writer.WatchedEndpoints.Count == 0)
            return;

        try
        {
            await CommandAsync(static _ => true, _closing.Token).ConfigureAwait(false);
        }
        catch (WebSoInboxStoreException)
        {
            // The next append or claim fails as well and logs the error. The next interval tries again.
        }
    }

    // The rows are already removed. If their space can't be released now, for example because another process writes, a later purge releases it.
    private void ReleaseSpace(DbConnection connection)
    {
        try
        {
            Dialect.ReleaseSpace(connection);
        }
        catch (DbException failure)
        {
            EngineLog.SpaceNotReleased(Logger, Dialect.Name, Dialect.Describe(failure));
        }
    }
}
