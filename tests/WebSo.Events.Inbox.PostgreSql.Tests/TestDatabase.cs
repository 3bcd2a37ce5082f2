using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(WebSo.Events.PostgreSqlServer))]

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A separate schema that the engines of one test share.</summary>
internal sealed class TestDatabase(PostgreSqlServer server)
{
    public string Schema { get; } = "t" + Guid.NewGuid().ToString("N");

    public PostgreSqlDialect CreateDialect(TimeProvider? timeProvider = null, string? connectionString = null) => new(
        new PostgreSqlConnections(PostgreSqlConnections.CreateDataSource(connectionString ?? server.ConnectionString), ownsDataSource: true),
        Options(options => options.UseNotifications = false),
        timeProvider ?? TimeProvider.System,
        NullLogger.Instance);

    public async Task<InboxEngine> OpenAsync(
        string? connectionString = null, ILogger? logger = null, Action<WebSoPostgreSqlOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        var engine = PostgreSqlInbox.CreateEngine(
            connectionString ?? server.ConnectionString, Options(configure), timeProvider ?? TimeProvider.System, logger ?? NullLogger.Instance);
        await engine.OpenAsync(PostgreSqlServer.Token);
        return engine;
    }

    public async Task<InboxEngine> OpenAsync(NpgsqlDataSource dataSource, ILogger? logger = null, Action<WebSoPostgreSqlOptions>? configure = null)
    {
        var engine = PostgreSqlInbox.CreateEngine(dataSource, Options(configure), TimeProvider.System, logger ?? NullLogger.Instance);
        await engine.OpenAsync(PostgreSqlServer.Token);
        return engine;
    }

    public Task DropAsync() => server.ExecuteAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");

    public WebSoPostgreSqlOptions Options(Action<WebSoPostgreSqlOptions>? configure = null)
    {
        var options = new WebSoPostgreSqlOptions { Schema = Schema };
        configure?.Invoke(options);
        return options;
    }
}
