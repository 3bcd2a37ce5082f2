using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Engine;

/// <summary>
/// Stores deliveries and hands them out, on one database. A method that writes waits while the database can't be written, until its token
/// is canceled; then what it was to write may or may not have been written.
/// </summary>
internal sealed class InboxEngine : IAsyncDisposable
{
    /// <summary>How long a lease lasts unless it is renewed, and <see cref="LeaseTerm"/> says otherwise.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    private static readonly WebSoInboxState[] s_allStates =
    [
        WebSoInboxState.Pending, WebSoInboxState.Handling, WebSoInboxState.Handled, WebSoInboxState.DeadLetter, WebSoInboxState.Unhandled,
        WebSoInboxState.Malformed, WebSoInboxState.Discarded,
    ];

    private static readonly TimeSpan s_countsKeptFor = TimeSpan.FromDays(7);

    private readonly InboxDialect _dialect;
    private readonly InboxWriter _writer;
    private readonly ReadPool _pool;
    private readonly InboxReader _reader;
    private readonly SchemaSetup _setup;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private Task _beating = Task.CompletedTask;
    private Task _listening = Task.CompletedTask;
    private bool _isOpen;
    private bool _isDisposed;

    public InboxEngine(InboxDialect dialect, TimeProvider timeProvider, ILogger logger)
    {
        (_dialect, _timeProvider) = (dialect, timeProvider);
        _logger = SafeLogger.Of(logger);
        var failures = new FailureLog(dialect, timeProvider, _logger);
        _setup = new SchemaSetup(dialect, timeProvider, failures);
        _writer = new InboxWriter(dialect, _setup, failures, timeProvider, _logger);
        _pool = new ReadPool(dialect);
        _reader = new InboxReader(dialect, _pool, timeProvider);
    }

    /// <summary>Whether opening creates the database and its tables. False: it throws where they are not there.</summary>
    public bool CreateSchema { get; init; } = true;

    /// <summary>How long a lease lasts unless it is renewed. The same in all processes on a database; shorter only in tests.</summary>
    public TimeSpan LeaseTerm
    {
        get => _writer.Leases.Term;
        init => _writer.Leases.Term = value;
    }

    public InboxReader Reader => _reader;

    /// <summary>Opens the database. Again, it does nothing.</summary>
    /// <exception cref="WebSoInboxStoreException">It can't be used; the message says what to do.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;

            _setup.CanCreate = CreateSchema;
            _writer.Start(await Task.Run(() => _setup.OpenFirst(cancellationToken), cancellationToken).ConfigureAwait(false));
            _isOpen = true;
            _beating = BackgroundLoop.Run(BeatAsync);
            _listening = BackgroundLoop.Run(() => _dialect.ListenAsync(endpoint => _writer.WorkerOf(endpoint)?.Wake(), _closing.Token));
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Opens the database for methods that only read: nothing is written, not even beside the database, and no right to write is needed.</summary>
    /// <exception cref="WebSoInboxStoreException">It can't be used; the message says what to do.</exception>
    public async Task OpenToReadAsync(CancellationToken cancellationToken)
    {
        await Task.Run(_dialect.EnsureReadable, cancellationToken).ConfigureAwait(false);
        await _pool.ReadAsync(
            session =>
            {
                _setup.EnsureReadable(session);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives signs of life of an endpoint's receiver from now on, also while no call comes.</summary>
    public void Receive(string endpoint) => _writer.Receive(endpoint);

    /// <summary>
    /// Looks for steps of the clock from now on, for leases of an endpoint that this process handles without receiving for it. It gives no
    /// signs of life: time in which only handlers run does not count for duplicates.
    /// </summary>
    public void WatchClock(string endpoint) => _writer.Watched.TryAdd(endpoint, DateTime.MinValue);

    /// <summary>Why nothing new should be stored though it could be; null: it can be stored. Cheap.</summary>
    public string? FindShortage() => _dialect.FindShortage();

    /// <summary>Connects the worker of an endpoint: it gets what this process stores, and hears of what it can claim.</summary>
    public void Attach(string endpoint, IInboxWorker worker)
    {
        if (!_writer.TryAttach(endpoint, worker))
            throw new InvalidOperationException($"There is a worker for {new EndpointLabel(endpoint)} already.");
    }

    public void Detach(string endpoint) => _writer.Detach(endpoint);

    /// <exception cref="WebSoInboxUnavailableException">Too much waits already, or the engine is closed. Nothing is stored.</exception>
    public Task<AppendResult> AppendAsync(NewDelivery delivery, CancellationToken cancellationToken)
    {
        _writer.Receive(delivery.Context.EndpointName);
        return _writer.WriteAsync(new AppendOperation(delivery), cancellationToken, isBounded: true);
    }

    /// <summary>Writes as durably as an append does, and stores nothing.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) => CommandAsync(static transaction => transaction.Probe(), cancellationToken);

    public async Task<ClaimResult> ClaimAsync(string endpoint, int maxCount, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(new ClaimOperation(endpoint, maxCount), cancellationToken).ConfigureAwait(false);

    /// <summary>Whether a claim would find something.</summary>
    public Task<bool> HasDueAsync(string endpoint, CancellationToken cancellationToken) => _reader.HasDueAsync(endpoint, cancellationToken);

    /// <summary>Tells what became of a lease. The result is false where it was lost: then nothing is changed.</summary>
    public Task<bool> MarkAsync(MarkOperation mark, CancellationToken cancellationToken) => _writer.WriteAsync(mark, cancellationToken);

    /// <summary>This process has no more to do with a lease: it was given up, or what became of it is written.</summary>
    public void Forget(Lease lease) => _writer.Leases.Remove(lease);

    public Task<bool> PauseAsync(string? endpoint, CancellationToken cancellationToken) => SetPausedAsync(endpoint, isPaused: true, cancellationToken);

    public Task<bool> ResumeAsync(string? endpoint, CancellationToken cancellationToken) => SetPausedAsync(endpoint, isPaused: false, cancellationToken);

    /// <param name="filter">Which ones.</param>
    /// <param name="readBody">Reads a body that could not be read when it came; null: it still can't.</param>
    /// <param name="cancellationToken">Ends the call; what is done stays done.</param>
    /// <param name="isPreview">Whether to change nothing, and only count.</param>
    public Task<long> ReplayAsync(WebSoInboxFilter filter, Func<WebSoEventContext, WebSoEvent?> readBody, CancellationToken cancellationToken, bool isPreview = false)
    {
        WebSoInboxState[] states = filter.State is { } state
            ? [state]
            : [WebSoInboxState.Handled, WebSoInboxState.DeadLetter, WebSoInboxState.Unhandled, WebSoInboxState.Malformed];
        return ChangeAsync(new OperatorSearch(_reader, filter, states) { ReadBody = readBody }, filter, isPreview ? null : OperatorCommands.Replay, cancellationToken);
    }

    public Task<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken, bool isPreview = false) => ChangeAsync(
        new OperatorSearch(_reader, filter, [WebSoInboxState.Pending, WebSoInboxState.DeadLetter, WebSoInboxState.Unhandled, WebSoInboxState.Malformed]),
        filter,
        isPreview ? null : OperatorCommands.Discard,
        cancellationToken);

    /// <summary>
    /// Removes all that is stored of a document. What is being handled stays, and is counted. Traces: what may be left outside the tables,
    /// and how to remove it; null: nothing.
    /// </summary>
    public async Task<(long Erased, long BeingHandled, string? Traces)> EraseAsync(string? endpoint, string document, CancellationToken cancellationToken)
    {
        var filter = new WebSoInboxFilter { EndpointName = endpoint, DocumentId = document };
        var search = new OperatorSearch(_reader, filter, s_allStates);
        var (hash, scope) = (DocumentHash.Of(document), endpoint is null ? "all endpoints" : new EndpointLabel(endpoint).ToString());
        var (erased, left, level, result) = (0L, 0L, LogLevel.Information, "complete");
        try
        {
            await ChangeAsync(search, filter, OperatorCommands.Erase, cancellationToken, count => erased += count).ConfigureAwait(false);
            left = (await _reader.ListAsync(filter, 1000, long.MaxValue, cancellationToken).ConfigureAwait(false)).Entries.Count;
            string? traces = null;
            await _writer.WriteAsync(new CommandOperation<bool>(static _ => true) { AfterCommit = connection => traces = _dialect.RemoveTraces(connection) }, cancellationToken).ConfigureAwait(false);
            if (traces is not null)
                (level, result) = (LogLevel.Warning, traces);
            return (erased, left, traces);
        }
        catch (Exception failure)
        {
            (level, result) = (LogLevel.Warning, "not complete: " + failure.Message);
            throw;
        }
        finally
        {
            EngineLog.Erased(_logger, level, erased, hash, scope, _dialect.Name, left, result);
        }
    }

    /// <summary>Counts what an erase would remove.</summary>
    public Task<long> CountErasableAsync(string? endpoint, string document, CancellationToken cancellationToken)
    {
        var filter = new WebSoInboxFilter { EndpointName = endpoint, DocumentId = document };
        return ChangeAsync(new OperatorSearch(_reader, filter, [.. s_allStates.Where(state => state != WebSoInboxState.Handling)]), filter, change: null, cancellationToken);
    }

    /// <summary>Writes a copy of all that is stored to a new file, while deliveries are stored and handled.</summary>
    /// <param name="path">The file to create. Only the user of this process can read it.</param>
    /// <param name="canReplace">Whether an earlier backup at this path is replaced, once the new one is complete.</param>
    /// <param name="cancellationToken">Ends the call before the copy begins.</param>
    /// <exception cref="WebSoInboxStoreException">The message says why there is no backup; nothing is left of it.</exception>
    public Task BackupAsync(string path, bool canReplace = false, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            try
            {
                _dialect.Backup(path, canReplace);
            }
            catch (Exception failure) when (failure is DbException or IOException or UnauthorizedAccessException)
            {
                throw new WebSoInboxStoreException($"{_dialect.Name} could not be copied to {path}: {_dialect.Describe(failure)}", failure);
            }
        },
        cancellationToken);

    /// <summary>Removes what has been in a state long enough. Fewer than the most: no more are old enough.</summary>
    public Task<int> PurgeAsync(string endpoint, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken) =>
        _writer.WriteAsync(
            new CommandOperation<int>(transaction => OperatorCommands.Purge(transaction, endpoint, state, age, maxCount)) { AfterCommit = _dialect.ReleaseSpace },
            cancellationToken);

    /// <summary>Removes duplicate keys whose window ended long ago.</summary>
    public Task<int> PurgeDuplicatesAsync(int maxCount, CancellationToken cancellationToken) =>
        CommandAsync(transaction => OperatorCommands.PurgeDuplicates(transaction, s_countsKeptFor, maxCount), cancellationToken);

    /// <summary>Notes that OnDeadLetter has returned for a dead letter. The result is false where it is none any more: then nothing is changed.</summary>
    public Task<bool> NoteCallAsync(DeadLetter deadLetter, string endpoint, TimeSpan duration) =>
        CommandAsync(transaction => deadLetter.NoteCall(transaction, endpoint, duration), CancellationToken.None);

    public Task<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken)
    {
        if (pageSize is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(pageSize), pageSize, "The page size must be from 1 to 1000.");

        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("Invalid cursor. Pass the value of WebSoInboxPage.Next.", nameof(cursor));
        return _reader.ListAsync(filter, pageSize, before, cancellationToken);
    }

    /// <summary>Writes what waits, and closes the database.</summary>
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
            _dialect.Dispose();
            _opening.Dispose();
            _closing.Dispose();
        }
    }

    private Task<T> CommandAsync<T>(Func<WriteTransaction, T> command, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new CommandOperation<T>(command), cancellationToken);

    private Task<bool> SetPausedAsync(string? endpoint, bool isPaused, CancellationToken cancellationToken) =>
        CommandAsync(transaction => OperatorCommands.SetPaused(transaction, endpoint, isPaused), cancellationToken);

    // What is stored from the begin on is not meant. Without a change it only counts.
    private async Task<long> ChangeAsync(
        OperatorSearch search,
        WebSoInboxFilter filter,
        Func<WriteTransaction, IReadOnlyList<SelectedDelivery>, long>? change,
        CancellationToken cancellationToken,
        Action<long>? onCommitted = null)
    {
        filter.EnsureSelective();
        var end = await _reader.ReadLastSequenceAsync(cancellationToken).ConfigureAwait(false);
        var (total, after) = (0L, (long?)0L);
        while (after is { } from && from < end)
        {
            (var page, after) = await search.FindAsync(from, cancellationToken).ConfigureAwait(false);
            page.RemoveAll(delivery => delivery.Sequence > end);
            if (page.Count == 0)
                continue;
            var count = change is null ? page.Count : await CommandAsync(transaction => change(transaction, page), cancellationToken).ConfigureAwait(false);
            total += count;
            onCommitted?.Invoke(count);
        }

        return total;
    }

    // So that an idle receiver gives signs of life, and an idle handler notices a step of the clock: a transaction does both.
    private async Task BeatAsync()
    {
        var interval = TimeSpan.FromSeconds(10);
        try
        {
            while (true)
            {
                await _timeProvider.WaitAsync(interval, _closing.Token).ConfigureAwait(false);
                if (_writer.Receiving.Count + _writer.Watched.Count > 0)
                    await TryBeatAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
        }
    }

    private async Task TryBeatAsync()
    {
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
