using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.PostgreSql;

internal static class PostgreSqlInbox
{
    // The engine disposes the data source that it creates.
    public static InboxEngine CreateEngine(string connectionString, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger) =>
        CreateEngine(PostgreSqlConnections.CreateDataSource(connectionString), ownsDataSource: true, options, timeProvider, logger);

    public static InboxEngine CreateEngine(NpgsqlDataSource dataSource, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger) =>
        CreateEngine(dataSource, ownsDataSource: false, options, timeProvider, logger);

    // Returns the SQL that creates the schema and the tables. Throws an ArgumentException if the name of the schema is invalid.
    public static string CreateScript(string schema)
    {
        var options = new WebSoPostgreSqlOptions { Schema = schema };
        options.Validate();
        return new PostgreSqlSyntax(options.Schema).CreateScript();
    }

    private static InboxEngine CreateEngine(NpgsqlDataSource dataSource, bool ownsDataSource, WebSoPostgreSqlOptions options, TimeProvider timeProvider, ILogger logger)
    {
        options.Validate();
        PostgreSqlConnections.EnsureUsable(new NpgsqlConnectionStringBuilder(dataSource.ConnectionString), options.UseNotifications);
        var safe = SafeLogger.Of(logger);
        var dialect = new PostgreSqlDialect(new PostgreSqlConnections(dataSource, ownsDataSource), options, timeProvider, safe);
        return new InboxEngine(dialect, timeProvider, safe) { CreateSchema = options.CreateSchema };
    }
}
