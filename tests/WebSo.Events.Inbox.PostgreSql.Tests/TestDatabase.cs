using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(WebSo.Events.PostgreSqlServer))]

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A schema of its own on the server, as the stores of one test share it.</summary>
internal sealed class TestDatabase(PostgreSqlServer server)
{
    public string Schema { get; } = "t" + Guid.NewGuid().ToString("N");

    public string Deliveries => $"{Schema}.deliveries";

    public WebSoPostgreSqlInboxStore CreateStore(TimeProvider? timeProvider = null) =>
        new(server.ConnectionString, new WebSoPostgreSqlOptions { Schema = Schema }, timeProvider);

    public async Task<WebSoPostgreSqlInboxStore> OpenAsync(
        string? connectionString = null, ILogger? logger = null, Action<WebSoPostgreSqlOptions>? configure = null, TimeProvider? timeProvider = null)
    {
        var store = new WebSoPostgreSqlInboxStore(connectionString ?? server.ConnectionString, Options(configure), timeProvider, logger);
        await store.OpenAsync(PostgreSqlServer.Token);
        return store;
    }

    public async Task<WebSoPostgreSqlInboxStore> OpenAsync(NpgsqlDataSource dataSource, Action<WebSoPostgreSqlOptions>? configure = null)
    {
        var store = new WebSoPostgreSqlInboxStore(dataSource, Options(configure));
        await store.OpenAsync(PostgreSqlServer.Token);
        return store;
    }

    public Task DropAsync() => server.ExecuteAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");

    private WebSoPostgreSqlOptions Options(Action<WebSoPostgreSqlOptions>? configure)
    {
        var options = new WebSoPostgreSqlOptions { Schema = Schema };
        configure?.Invoke(options);
        return options;
    }
}
