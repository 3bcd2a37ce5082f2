using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.PostgreSql.Dialect;

// The dialect of PostgreSQL 15 and later.
internal sealed class PostgreSqlDialect(PostgreSqlConnections connections, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger) : InboxDialect
{
    private readonly PostgreSqlSyntax _syntax = new(options.Schema);

    private readonly PostgreSqlNotifications? _notifications = options.UseNotifications
        ? new(connections.DataSource, options.Schema, NameOf(connections, options), logger)
        : null;

    private readonly bool _hasForeignClock = !ReferenceEquals(timeProvider, TimeProvider.System);
    private bool _hasOpened;

    public override string Name => NameOf(connections, options);

    public override bool TakesRowSets => true;

    public override string ForUpdate => "FOR UPDATE OF p";

    public override string SkipLocked => "FOR UPDATE OF p SKIP LOCKED";

    public override string Now => _hasForeignClock ? "@now" : "clock_timestamp()";

    public override string Minute => "interval '1 minute'";

    public override string CountTables => _syntax.CountTables;

    public override IReadOnlyList<string> BeforeSchema => [_syntax.Prelude];

    public override IReadOnlyList<string> ExtraSchema => PostgreSqlSyntax.Storage;

    public override string SchemaAdvice =>
        $"Ask a DBA to run the SQL that 'webso-events inbox schema --postgres --schema {options.Schema}' prints, or check the name of the schema.";

    public override int MaxReaders => connections.MaxReaders;

    public override string TypeOf(SqlType type) => PostgreSqlSyntax.TypeOf(type);

    public override string Rows(IReadOnlyList<SqlColumn> columns) => PostgreSqlSyntax.Rows(columns);

    public override string Translate(string sql) => _syntax.Translate(sql);

    public override SqlSession CreateSession(DbConnection connection) => new PostgreSqlSession(this, connections, (NpgsqlConnection)connection);

    public override DbConnection OpenWriter(bool canCreate)
    {
        var connection = connections.Open();
        if (!_hasOpened)
            Warn(connection);
        _hasOpened = true;
        return connection;
    }

    public override DbConnection OpenReader() => connections.Open();

    public override bool IsAwaited(Exception failure, TimeSpan waited) =>
        Classify(failure) == FailureKind.Busy || (!PostgreSqlFailure.IsPermanent(failure) && waited < options.OpenTimeout);

    public override FailureKind Classify(Exception failure) => PostgreSqlFailure.Classify(failure);

    public override bool IsDamage(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.DataCorrupted };

    public override bool MayHaveCommitted(Exception failure) => PostgreSqlFailure.MayHaveCommitted(failure);

    public override string Describe(Exception failure) => PostgreSqlFailure.Describe(failure);

    // The files of the tables still contain deleted rows. VACUUM frees their space but does not overwrite it.
    public override string? RemoveTraces(DbConnection connection) =>
        "the rows are deleted, but the files of the tables contain their content until the tables are rewritten. "
        + $"Run {_syntax.Translate("VACUUM FULL webso_deliveries, webso_pending, webso_outcomes")} as the owner of the tables. Calls wait while it runs, so choose a time with little traffic. "
        + "The write-ahead log, its archive, standbys, and backups also contain the content for as long as you keep them";

    public override void Notify(string endpoint) => _notifications?.Notify(endpoint);

    public override Task ListenAsync(Action<string> signal, CancellationToken cancellationToken) =>
        _notifications?.RunAsync(signal, cancellationToken) ?? Task.CompletedTask;

    public override void Close() => connections.Dispose();

    private static string NameOf(PostgreSqlConnections connections, WebSoPostgreSqlOptions options) => $"{connections.Name}/{options.Schema}";

    private void Warn(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SHOW fsync", connection);
        if (command.ExecuteScalar() is "off")
            PostgreSqlInboxLog.FsyncOff(logger, Name);
        if (_hasForeignClock)
            PostgreSqlInboxLog.ForeignClock(logger, Name);
    }
}
