using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Engine;

// Stores deliveries and hands them out, on one database. A method that writes waits while the database can't be written, until its token is
// canceled; then what it was to write may or may not have been written.
internal sealed class InboxEngine : IAsyncDisposable
{
    // How long a lease lasts unless it is renewed, and LeaseTerm says otherwise.
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_countsKeptFor = TimeSpan.FromDays(7);

    private readonly InboxWriter _writer;
    private readonly ReadPool _pool;
    private readonly SchemaSetup _setup;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _timeProvider;
    private Task _beating = Task.CompletedTask;
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

    // Whether opening creates the database and its tables. False: it throws where they are not there.
    public bool CreateSchema
    {
        get => _setup.CanCreate;
        init => _setup.CanCreate = value;
    }

    // How long a lease lasts unless it is renewed. The same in all processes on a database; shorter only in tests.
    public TimeSpan LeaseTerm
    {
        get => _writer.Leases.Term;
        init => _writer.Leases.Term = value;
    }

    public InboxDialect Dialect { get; }

    public ILogger Logger { get; }

    public InboxReader Reader { get; }

    // Opens the database. Again, it does nothing. Throws a WebSoInboxStoreException if it can't be used.
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;

            _writer.Start(await Task.Run(() => _setup.OpenFirst(cancellationToken), cancellationToken).ConfigureAwait(false));
            _isOpen = true;
            _beating = BackgroundLoop.Repeat(s_beat, TryBeatAsync, _timeProvider, _closing.Token);
            _listening = BackgroundLoop.Run(() => Dialect.ListenAsync(endpoint => _writer.WorkerOf(endpoint)?.Wake(), _closing.Token));
        }
        finally
        {
            _opening.Release();
        }
    }

    // Opens the database for methods that only read: nothing is written, not even beside the database, and no right to write is needed.
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

    // Gives signs of life of an endpoint's receiver from now on, also while no call comes.
    public void Receive(string endpoint) => _writer.Receive(endpoint);

    // Looks for steps of the clock from now on, for leases of an endpoint that this process handles without receiving for it. It gives no
    // signs of life: time in which only handlers run does not count for duplicates.
    public void WatchClock(string endpoint) => _writer.Watched.TryAdd(endpoint, DateTime.MinValue);

    // Connects the worker of an endpoint: it gets what this process stores, and hears of what it can claim.
    public void Attach(string endpoint, IInboxWorker worker)
    {
        if (!_writer.TryAttach(endpoint, worker))
            throw new InvalidOperationException($"There is a worker for {new EndpointLabel(endpoint)} already.");
    }

    public void Detach(string endpoint) => _writer.Detach(endpoint);

    // Throws a WebSoInboxStoreException, and stores nothing, if too much waits already or the engine is closed.
    public Task<AppendResult> AppendAsync(NewDelivery delivery, CancellationToken cancellationToken)
    {
        _writer.Receive(delivery.Context.EndpointName);
        return _writer.WriteAsync(new AppendOperation(delivery), cancellationToken, isBounded: true);
    }

    // In a transaction of its own.
    public Task<T> CommandAsync<T>(Func<WriteTransaction, T> command, CancellationToken cancellationToken, Action<DbConnection>? afterCommit = null) =>
        _writer.WriteAsync(new CommandOperation<T>(command) { AfterCommit = afterCommit }, cancellationToken);

    // Writes as durably as an append does, and stores nothing.
    public Task ProbeAsync(CancellationToken cancellationToken) => CommandAsync(static transaction => transaction.Probe(), cancellationToken);

    public Task<ClaimResult> ClaimAsync(string endpoint, int maxCount, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new ClaimOperation(endpoint, maxCount), cancellationToken);

    // Tells what became of a lease. The result is false where it was lost: then nothing is changed.
    public Task<bool> MarkAsync(MarkOperation mark, CancellationToken cancellationToken) => _writer.WriteAsync(mark, cancellationToken);

    // This process has no more to do with a lease: it was given up, or what became of it is written.
    public void Forget(Lease lease) => _writer.Leases.Remove(lease);

    // Writes a copy of all that is stored to a new file, which only the user of this process can read, while deliveries are stored and
    // handled. canReplace: whether an earlier backup is replaced, once the new one is complete. Of one that fails, nothing is left.
    public Task BackupAsync(string path, bool canReplace = false, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            try
            {
                Dialect.Backup(path, canReplace);
            }
            catch (Exception failure) when (failure is DbException or IOException or UnauthorizedAccessException)
            {
                throw new WebSoInboxStoreException($"{Dialect.Name} could not be copied to {path}: {Dialect.Describe(failure)}", failure);
            }
        },
        cancellationToken);

    // Removes what has been in a state long enough, without the first so many. Fewer than the most: no more are old enough.
    public Task<int> PurgeAsync(string endpoint, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken, int skip = 0) =>
        CommandAsync(transaction => OperatorCommands.Purge(transaction, endpoint, state, age, maxCount, skip), cancellationToken, Dialect.ReleaseSpace);

    // Removes duplicate keys whose window ended long ago.
    public Task<int> PurgeDuplicatesAsync(int maxCount, CancellationToken cancellationToken) =>
        CommandAsync(transaction => OperatorCommands.PurgeDuplicates(transaction, s_countsKeptFor, maxCount), cancellationToken);

    // Notes that OnDeadLetter has returned for a dead letter. The result is false where it is none any more: then nothing is changed.
    public Task<bool> NoteCallAsync(DeadLetter deadLetter, string endpoint, TimeSpan duration) =>
        _writer.WriteAsync(
            new CommandOperation<bool>(transaction => deadLetter.NoteCall(transaction, endpoint, duration)) { IsNeeded = true }, CancellationToken.None);

    // Writes what waits, and closes the database.
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;

        _isDisposed = true;
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_beating, _listening).ConfigureAwait(false);
        }
        finally
        {
            // Before the writer: what closes last may write everything to one file.
            _pool.Dispose();
            await _writer.DisposeAsync().ConfigureAwait(false);
            Dialect.Close();
            _opening.Dispose();
            _closing.Dispose();
        }
    }

    // So that an idle receiver gives signs of life, and an idle handler notices a step of the clock: a transaction does both.
    private async Task TryBeatAsync()
    {
        if (_writer.Receiving.Count + _writer.Watched.Count == 0)
            return;

        try
        {
            await CommandAsync(static _ => true, _closing.Token).ConfigureAwait(false);
        }
        catch (WebSoInboxStoreException)
        {
            // Whoever stores or claims meets the same, and says so. The next sign of life is tried all the same.
        }
    }
}
