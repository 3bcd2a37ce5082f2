using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Makes the engine of an inbox on PostgreSQL.
internal static class PostgreSqlInbox
{
    // With a data source of its own, which is disposed with the engine.
    public static InboxEngine CreateEngine(string connectionString, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger) =>
        CreateEngine(PostgreSqlConnections.CreateDataSource(connectionString), ownsDataSource: true, options, timeProvider, logger);

    // On a data source of the caller's, which stays the caller's to dispose.
    public static InboxEngine CreateEngine(NpgsqlDataSource dataSource, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger) =>
        CreateEngine(dataSource, ownsDataSource: false, options, timeProvider, logger);

    private static InboxEngine CreateEngine(NpgsqlDataSource dataSource, bool ownsDataSource, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger)
    {
        options.Validate();
        PostgreSqlConnections.EnsureUsable(new NpgsqlConnectionStringBuilder(dataSource.ConnectionString), options.UseNotifications);
        var safe = SafeLogger.Of(logger);
        var dialect = new PostgreSqlDialect(new PostgreSqlConnections(dataSource, ownsDataSource), options, timeProvider, safe);
        return new InboxEngine(dialect, timeProvider, safe) { CreateSchema = options.CreateSchema };
    }
}
