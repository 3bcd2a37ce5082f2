using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace WebSo.Events;

/// <summary>The store of the inbox on PostgreSQL 15 and later, shared by any number of instances. <c>UsePostgreSqlInbox</c> makes one.</summary>
public sealed class WebSoPostgreSqlInboxStore : IWebSoInboxStore
{
    private static readonly TimeSpan s_openPause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _dataSource;
    private readonly bool _ownsDataSource;
    private readonly WebSoPostgreSqlOptions _options;
    private readonly StoreClock _clock;
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly GroupWriter _writer;
    private readonly InboxReader _reader;
    private readonly ClaimStore _claims;
    private readonly Operator _operator;
    private readonly WorkSignals _signals;

    // As of their last claim: only the resumption, of which all instances hear, brings work there.
    private readonly ConcurrentDictionary<string, bool> _paused = new(StringComparer.Ordinal);
    private readonly Notifications? _notifications;
    private readonly SemaphoreSlim _opening = new(1);
    private bool _isOpen;
    private bool _isClosed;

    /// <summary>Creates a store on a data source of the caller's, which stays the caller's to dispose.</summary>
    /// <param name="dataSource">The data source. <c>Max Auto Prepare</c> of 32 or more makes it faster; 0 suits a pooler without prepared statements.</param>
    /// <param name="options">The options. Not set: the defaults.</param>
    /// <param name="timeProvider">The clock of a test. Not set, or <see cref="TimeProvider.System"/>: the clock of the database.</param>
    /// <param name="logger">Where failures are logged. Not set: nowhere.</param>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public WebSoPostgreSqlInboxStore(
        NpgsqlDataSource dataSource, WebSoPostgreSqlOptions? options = null, TimeProvider? timeProvider = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        _options = options ?? new WebSoPostgreSqlOptions();
        _options.Validate();
        _dataSource = dataSource;
        _clock = new StoreClock(timeProvider ?? TimeProvider.System);
        _logger = logger ?? NullLogger.Instance;
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        DataSource.EnsureUsable(settings, _options.UseNotifications);
        _name = $"{settings.Host}/{settings.Database ?? settings.Username}/{_options.Schema}";
        _signals = new WorkSignals(_name, _logger);
        var sql = StoreSql.Of(_options.Schema);
        var database = new Retrying(dataSource, _clock, _name, _logger);
        _claims = new ClaimStore(sql, _clock, database, _options.LeaseDuration);
        _writer = new GroupWriter(dataSource, sql, _clock, _claims.Include, SignalUnlessPaused, _name, _logger);
        _reader = new InboxReader(sql, _clock, database);
        _operator = new Operator(sql, _clock, database, SignalAny);
        if (_options.UseNotifications)
            _notifications = new Notifications(dataSource, _options.Schema, _clock.TimeProvider, _signals, _name, _logger);
    }

    /// <summary>Creates a store with a data source of its own.</summary>
    /// <param name="connectionString">Of Npgsql. Not set in it, <c>Max Auto Prepare</c> is 64, <c>Keepalive</c> 10 s, <c>Write Buffer Size</c> 128 KiB, <c>No Reset On Close</c> true.</param>
    /// <param name="options">The options. Not set: the defaults.</param>
    /// <param name="timeProvider">The clock of a test. Not set, or <see cref="TimeProvider.System"/>: the clock of the database.</param>
    /// <param name="logger">Where failures are logged. Not set: nowhere.</param>
    /// <exception cref="ArgumentException">The connection string or an option is not valid.</exception>
    public WebSoPostgreSqlInboxStore(
        string connectionString, WebSoPostgreSqlOptions? options = null, TimeProvider? timeProvider = null, ILogger? logger = null)
        : this(DataSource.Create(connectionString), options, timeProvider, logger) => _ownsDataSource = true;

    /// <inheritdoc />
    public TimeSpan? LeaseDuration => _options.LeaseDuration;

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;

            await ConnectAsync(cancellationToken).ConfigureAwait(false);
            _writer.Start();
            _notifications?.Start();
            _isOpen = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<WebSoInboxAppendResult> AppendAsync(WebSoInboxAppend delivery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return await _writer.WriteAsync(new AppendOperation(delivery), cancellationToken, isBounded: true).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void MarkAnswered(WebSoInboxSighting sighting) => _writer.Note(new AnsweredOperation(sighting));

    /// <inheritdoc />
    public async ValueTask ProbeAsync(CancellationToken cancellationToken) =>
        await _writer.WriteAsync(new ProbeOperation(), cancellationToken, isBounded: true).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpointName);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCount, 1);
        var (claims, unreadable, isPaused) = await _claims.ClaimAsync(endpointName, maxCount, cancellationToken).ConfigureAwait(false);
        if (isPaused)
            _paused[endpointName] = true;
        else if (_paused.TryRemove(endpointName, out _))
            Signal(endpointName); // What was stored beside this claim was not told of.
        foreach (var (claim, flaw) in unreadable)
        {
            await FinishAsync(claim, WebSoInboxState.DeadLetter, $"The stored row can't be read: {flaw}.", cancellationToken).ConfigureAwait(false);
            PostgreSqlInboxLog.Unreadable(_logger, endpointName, _name, claim.Context.DeliveryId, flaw);
        }

        return claims;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claims);
        return claims.Count == 0 ? [] : await _claims.RenewAsync(claims, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<bool> CompleteHandlerAsync(WebSoInboxClaim claim, string handlerName, CancellationToken cancellationToken) =>
        MarkAsync(new MarkOperation(MarkKind.CompleteHandler, claim) { HandlerName = handlerName }, cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken) =>
        MarkAsync(new MarkOperation(MarkKind.Finish, claim) { State = state, Error = error }, cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> RetryAsync(WebSoInboxClaim claim, TimeSpan delay, string error, CancellationToken cancellationToken) =>
        MarkAsync(new MarkOperation(MarkKind.Retry, claim) { Delay = delay, Error = error }, cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> ReleaseAsync(WebSoInboxClaim claim, CancellationToken cancellationToken) =>
        MarkAsync(new MarkOperation(MarkKind.Release, claim), cancellationToken);

    /// <inheritdoc />
    /// <remarks>Does nothing: a claim that is not renewed lasts for the rest of its lease.</remarks>
    public void KeepUntil(WebSoInboxClaim claim, Task handling)
    {
    }

    /// <inheritdoc />
    public async ValueTask<int> PurgeAsync(
        string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken) =>
        await _claims.PurgeAsync(endpointName, state, age, maxCount, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<long> TrimUnhandledAsync(string endpointName, long maxCount, long maxBytes, CancellationToken cancellationToken) =>
        await _claims.TrimUnhandledAsync(endpointName, maxCount, maxBytes, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public IDisposable OnWork(Action<string> signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return _signals.Add(signal);
    }

    /// <inheritdoc />
    public async ValueTask<WebSoInboxBacklog> GetBacklogAsync(string? endpointName, CancellationToken cancellationToken) =>
        await _reader.GetBacklogAsync(endpointName, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpointName, CancellationToken cancellationToken) =>
        await _reader.CountAsync(endpointName, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken) =>
        await _reader.ListAsync(filter, pageSize, cursor, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken) =>
        await _reader.GetAsync(deliveryId, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        filter.EnsureSelective();
        return await _operator.ReplayAsync(filter, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        filter.EnsureSelective();
        return await _operator.DiscardAsync(filter, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask PauseAsync(string? endpointName, CancellationToken cancellationToken) =>
        await _operator.SetPausedAsync(endpointName, paused: true, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask ResumeAsync(string? endpointName, CancellationToken cancellationToken) =>
        await _operator.SetPausedAsync(endpointName, paused: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Writes what waits to be written, if the database is there, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;

        _isClosed = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
        if (_notifications is not null)
            await _notifications.DisposeAsync().ConfigureAwait(false);
        if (_ownsDataSource)
            await _dataSource.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async ValueTask<bool> MarkAsync(MarkOperation mark, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(mark, cancellationToken).ConfigureAwait(false);

    private void SignalUnlessPaused(string endpointName)
    {
        if (!_paused.ContainsKey(endpointName))
            Signal(endpointName);
    }

    private void SignalAny(string endpointName)
    {
        _claims.Include(endpointName, dueAt: null);
        Signal(endpointName);
    }

    private void Signal(string endpointName)
    {
        _signals.Raise(endpointName);
        _notifications?.Tell(endpointName);
    }

    private async Task EnsureEncodingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var show = new NpgsqlCommand("SHOW server_encoding", connection);
        if (await show.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string encoding and not "UTF8")
        {
            throw new WebSoInboxStoreException(
                $"The inbox {_name} can't be opened: the database has the encoding {encoding}, which can't hold every event. Create one with ENCODING 'UTF8'.");
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var begin = _clock.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                var connection = await _dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var disposal = connection.ConfigureAwait(false);
                await EnsureEncodingAsync(connection, cancellationToken).ConfigureAwait(false);
                await SchemaCheck.EnsureAsync(connection, _options, cancellationToken).ConfigureAwait(false);
                using var fsync = new NpgsqlCommand("SHOW fsync", connection);
                if (await fsync.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is "off")
                    PostgreSqlInboxLog.FsyncOff(_logger, _name);
                if (_clock.Now is not null)
                    PostgreSqlInboxLog.ForeignClock(_logger, _name);
                return;
            }
            catch (Exception failure) when (DatabaseFailure.IsOfTheDatabase(failure))
            {
                if (DatabaseFailure.IsOfTheSetup(failure) || _clock.TimeProvider.GetElapsedTime(begin) >= _options.OpenTimeout)
                {
                    throw new WebSoInboxStoreException(
                        $"The inbox {_name} can't be opened: {DatabaseFailure.Describe(failure)}", failure);
                }
            }

            await Task.Delay(s_openPause, _clock.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
