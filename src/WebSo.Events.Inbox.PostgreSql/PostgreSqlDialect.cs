using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebSo.Events.Engine;

namespace WebSo.Events;

// PostgreSQL 15 and later.
internal sealed class PostgreSqlDialect : InboxDialect
{
    private readonly PostgreSqlConnections _connections;
    private readonly WebSoPostgreSqlOptions _options;
    private readonly PostgreSqlSyntax _syntax;
    private readonly PostgreSqlNotifications? _notifications;
    private readonly ILogger _logger;
    private readonly bool _hasForeignClock;
    private bool _hasOpened;

    public PostgreSqlDialect(PostgreSqlConnections connections, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger)
    {
        (_connections, _options, _logger) = (connections, options, logger);
        _syntax = new PostgreSqlSyntax(options.Schema);
        _hasForeignClock = !ReferenceEquals(timeProvider, TimeProvider.System);
        if (options.UseNotifications)
            _notifications = new PostgreSqlNotifications(connections.DataSource, options.Schema, Name, logger);
    }

    public override string Name => $"The inbox {_connections.Name}/{_options.Schema}";

    public override bool TakesRowSets => true;

    public override string ForUpdate => "FOR UPDATE OF p";

    public override string SkipLocked => "FOR UPDATE OF p SKIP LOCKED";

    public override string Now => _hasForeignClock ? "@now" : "clock_timestamp()";

    public override string Minute => "interval '1 minute'";

    public override string CountTables => _syntax.CountTables;

    public override IReadOnlyList<string> BeforeSchema => [_syntax.Prelude];

    public override IReadOnlyList<string> ExtraSchema => PostgreSqlSyntax.Storage;

    public override string SchemaAdvice =>
        $"Have a DBA run the SQL that 'webso-events inbox schema --postgres --schema {_options.Schema}' prints, or check the name of the schema.";

    public override int MaxReaders => _connections.MaxReaders;

    public override string TypeOf(SqlType type) => PostgreSqlSyntax.TypeOf(type);

    public override string Rows(IReadOnlyList<SqlColumn> columns) => PostgreSqlSyntax.Rows(columns);

    public override string Translate(string sql) => _syntax.Translate(sql);

    public override SqlSession CreateSession(DbConnection connection) => new PostgreSqlSession(this, _connections, (NpgsqlConnection)connection);

    public override DbConnection OpenWriter(bool canCreate)
    {
        var connection = _connections.Open();
        if (!_hasOpened)
            Warn(connection);
        _hasOpened = true;
        return connection;
    }

    public override DbConnection OpenReader() => _connections.Open();

    public override bool IsAwaited(Exception failure, TimeSpan waited) =>
        Classify(failure) == FailureKind.Busy || (!PostgreSqlFailure.IsOfTheSetup(failure) && waited < _options.OpenTimeout);

    public override FailureKind Classify(Exception failure) => PostgreSqlFailure.Classify(failure);

    public override bool MayHaveCommitted(Exception failure) => PostgreSqlFailure.MayHaveCommitted(failure);

    public override string Describe(Exception failure) => PostgreSqlFailure.Describe(failure);

    // Deleted rows are old versions in the files of the tables. VACUUM frees their space without overwriting it.
    public override string? RemoveTraces(DbConnection connection) =>
        "the rows are deleted; PostgreSQL keeps what they held in the files of the tables until these are rewritten. "
        + $"Run {_syntax.Translate("VACUUM FULL webso_deliveries, webso_pending, webso_outcomes")} as their owner at a quiet time, since calls wait meanwhile. "
        + "The write-ahead log, its archive, standbys and backups hold it for as long as you keep those";

    public override void Notify(string endpoint) => _notifications?.Tell(endpoint);

    public override Task ListenAsync(Action<string> signal, CancellationToken cancellationToken) =>
        _notifications?.RunAsync(signal, cancellationToken) ?? Task.CompletedTask;

    protected override void Dispose(bool isDisposing)
    {
        _connections.Dispose();
        base.Dispose(isDisposing);
    }

    private void Warn(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SHOW fsync", connection);
        if (command.ExecuteScalar() is "off")
            PostgreSqlInboxLog.FsyncOff(_logger, Name);
        if (_hasForeignClock)
            PostgreSqlInboxLog.ForeignClock(_logger, Name);
    }
}
