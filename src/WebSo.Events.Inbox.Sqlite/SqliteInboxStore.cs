using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events;

/// <summary>An inbox in one SQLite file. Made by <c>UseSqliteInbox</c>; a program that only looks into a file makes its own.</summary>
/// <remarks>
/// The file is written through a write-ahead log that is flushed at each commit, by one thread that lets concurrent calls share a commit.
/// Several processes can store into one file; of each endpoint, the first to ask for work handles, held by a lock on a file beside it.
/// </remarks>
public sealed class SqliteInboxStore : IWebSoInboxStore
{
    private readonly string _path;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly WorkSignal _signal;
    private readonly ConcurrentDictionary<string, HandlingTurn> _turns = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private bool _isOpen;
    private bool _isDisposed;

    /// <summary>Creates the store of a file, which is not opened yet.</summary>
    /// <param name="path">The file; it is created where it does not exist, its folder is not. A relative path is relative to the working directory.</param>
    /// <param name="timeProvider">The clock. Not set: the system's.</param>
    /// <param name="logger">Hears why the file can't be written. Not set: nobody does.</param>
    public SqliteInboxStore(string path, TimeProvider? timeProvider = null, ILogger<SqliteInboxStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(path);

        _path = Path.GetFullPath(path);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<SqliteInboxStore>.Instance;
        _signal = new WorkSignal(_path, _logger);
        _writer = new SqliteWriter(_path, _timeProvider, LeaveSign, _signal.Raise, OnMoved, _logger);
        _readers = new SqliteReaders(_path, OnMoved);
    }

    /// <summary>
    /// Whether <see cref="OpenAsync"/> creates the tables, and leads those of an earlier version to this one's. False: it throws, as it should
    /// for a program that looks into the file of another that is running, since that could not write to it any more.
    /// </summary>
    /// <value>Default: true.</value>
    public bool CreateSchema { get; init; } = true;

    /// <inheritdoc/>
    public TimeSpan? LeaseDuration => null;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;

            _writer.Start(await Task.Run(() => OpenFile(cancellationToken), cancellationToken).ConfigureAwait(false), CreateSchema);
            _isOpen = true;

            // By a connection that stays open is seen that the file was replaced: an idle worker only reads, and one that it opens then is well.
            await _readers.ReadAsync(static _ => true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend delivery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return new(_writer.WriteAsync(session => AppendWrite.Execute(session, delivery), cancellationToken, delivery.Context.Body.Length + 512, isBounded: true));
    }

    /// <inheritdoc/>
    public void MarkAnswered(WebSoInboxSighting sighting) => _writer.Note(new AnsweredOperation(sighting));

    /// <inheritdoc/>
    /// <remarks>What is written is the sequence, which may have gaps: a row set to what it is already would not be written.</remarks>
    public ValueTask ProbeAsync(CancellationToken cancellationToken) =>
        new(_writer.WriteAsync(session => session.SkipSequence(), cancellationToken, isBounded: true));

    /// <inheritdoc/>
    public async ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpointName);

        var turn = TurnOf(endpointName);
        if (!await turn.TryTakeAsync(cancellationToken).ConfigureAwait(false))
            return WebSoInboxClaims.None;

        // Without a sign of work it is looked for on a connection that only reads, so that an idle worker keeps no call waiting.
        var now = _timeProvider.GetUtcNow().UtcTicks;
        if (!turn.TakeSign()
            && await _readers.ReadAsync(database => InboxReads.FindNothingDue(database, endpointName, now), cancellationToken).ConfigureAwait(false) is { } nothing)
        {
            return nothing;
        }

        var (claims, unreadable) = await _writer.WriteAsync(
            session => ClaimWrite.Claim(session, endpointName, maxCount, turn), cancellationToken, isAbandonable: false).ConfigureAwait(false);
        if (claims.NextDue == TimeSpan.Zero)
            turn.LeaveSign();
        foreach (var row in unreadable)
            SqliteInboxLog.Unreadable(_logger, endpointName, _path, row.DeliveryId, row.Flaw);
        return claims;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(session => claims.Where(claim => !ClaimWrite.IsHeld(session, claim)).ToList(), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> CompleteHandlerAsync(WebSoInboxClaim claim, string handlerName, CancellationToken cancellationToken) =>
        new(_writer.WriteAsync(session => ClaimWrite.CompleteHandler(session, claim, handlerName), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken) =>
        new(_writer.WriteAsync(session => ClaimWrite.Finish(session, claim, state, error), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<bool> RetryAsync(WebSoInboxClaim claim, TimeSpan delay, string error, CancellationToken cancellationToken) =>
        new(_writer.WriteAsync(session => ClaimWrite.Retry(session, claim, delay, error), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseAsync(WebSoInboxClaim claim, CancellationToken cancellationToken) =>
        new(_writer.WriteAsync(session => ClaimWrite.Release(session, claim), cancellationToken));

    /// <inheritdoc/>
    public void KeepUntil(WebSoInboxClaim claim, Task handling) => TurnOf(claim.Context.EndpointName).KeepUntil(handling);

    /// <inheritdoc/>
    public ValueTask<int> PurgeAsync(string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken) =>
        new(_writer.WriteAsync(session => OperatorWrite.Purge(session, endpointName, state, age, maxCount), cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<long> TrimUnhandledAsync(string endpointName, long maxCount, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        var last = await _readers.ReadAsync(
            database => InboxReads.FindLastBeyond(database, endpointName, maxCount, maxBytes), cancellationToken).ConfigureAwait(false);
        long total = 0;
        while (last is { } beyond)
        {
            var removed = await _writer.WriteAsync(session => OperatorWrite.TrimUnhandled(session, endpointName, beyond), cancellationToken).ConfigureAwait(false);
            total += removed;
            if (removed < OperatorWrite.BatchSize)
                break;
        }

        return total;
    }

    /// <inheritdoc/>
    public IDisposable OnWork(Action<string> signal) => _signal.Add(signal);

    /// <inheritdoc/>
    public ValueTask<WebSoInboxBacklog> GetBacklogAsync(string? endpointName, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow().UtcTicks;
        return new(_readers.ReadAsync(database => InboxReads.ReadBacklog(database, endpointName, now), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpointName, CancellationToken cancellationToken) =>
        new(_readers.ReadAsync(database => InboxReads.Count(database, endpointName), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (pageSize is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(pageSize), pageSize, "A page has from 1 to 1000 events.");

        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("The cursor is none that a page gave: pass WebSoInboxPage.Next.", nameof(cursor));
        return new(_readers.ReadAsync(database => InboxReads.ReadPage(database, filter, pageSize, before), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken) =>
        new(_readers.ReadAsync(database => InboxReads.ReadDetails(database, deliveryId), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return ChangeAsync(filter, filter.State == WebSoInboxState.Discarded ? "7" : "3, 4, 5", OperatorWrite.Replay, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return ChangeAsync(filter, "0, 1, 4, 5, 6", OperatorWrite.Discard, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask PauseAsync(string? endpointName, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(session => OperatorWrite.SetPaused(session, endpointName, isPaused: true), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask ResumeAsync(string? endpointName, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(session => OperatorWrite.SetPaused(session, endpointName, isPaused: false), cancellationToken).ConfigureAwait(false);

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;

        _isDisposed = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
        _readers.Dispose();
        foreach (var turn in _turns.Values)
            turn.Dispose();
        _opening.Dispose();
    }

    private HandlingTurn TurnOf(string endpointName) =>
        _turns.GetOrAdd(endpointName, name => new HandlingTurn(_path, name, _writer, _logger));

    private void LeaveSign(string endpointName) => TurnOf(endpointName).LeaveSign();

    private void OnMoved()
    {
        foreach (var turn in _turns.Values)
            turn.Drop();
        _readers.Forget();
    }

    // Looked for on a connection that only reads, however long that takes; written in small batches, between which others are.
    private async ValueTask<long> ChangeAsync(WebSoInboxFilter filter, string states, Func<WriteSession, OperatorRow, bool> change, CancellationToken cancellationToken)
    {
        filter.EnsureSelective();
        var sql = new SqliteFilter(filter);
        var selection = new OperatorSelection(sql, states);

        // What is stored from now on is not meant.
        var (first, last) = await _readers.ReadAsync(sql.FindRange, cancellationToken).ConfigureAwait(false);
        var (total, after) = (0L, first - 1);
        while (true)
        {
            var from = after;
            var page = await _readers.ReadAsync(database => selection.ReadPage(database, from, last), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < page.Count; i += OperatorWrite.BatchSize)
            {
                var batch = page.GetRange(i, Math.Min(OperatorWrite.BatchSize, page.Count - i));
                total += await _writer.WriteAsync(session => OperatorWrite.Change(session, selection, batch, change), cancellationToken).ConfigureAwait(false);
            }

            if (page.Count < OperatorSelection.PageSize)
                return total;
            after = page[page.Count - 1];
        }
    }

    private SqliteDatabase OpenFile(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return SqliteInboxFile.Open(_path, CreateSchema);
            }
            catch (SqliteException busy) when ((busy.SqliteErrorCode & 0xFF) == SQLitePCL.raw.SQLITE_BUSY && !cancellationToken.IsCancellationRequested)
            {
                // SQLite has waited. Another process migrates, or an operator's tool holds the file.
            }
            catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new WebSoInboxStoreException(
                    $"The inbox {_path} can't be opened: {failure.Message} Its folder must exist, and this process must be allowed to write to it and to the file.",
                    failure);
            }
        }
    }
}
