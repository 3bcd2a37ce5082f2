using Xunit;

[assembly: AssemblyFixture(typeof(WebSo.Events.PostgreSqlServer))]

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A schema of its own on the server, as the stores of one test share it.</summary>
internal sealed class TestDatabase(PostgreSqlServer server)
{
    public string Schema { get; } = "t" + Guid.NewGuid().ToString("N");

    public WebSoPostgreSqlInboxStore CreateStore(TimeProvider? timeProvider = null) =>
        new(server.ConnectionString, new WebSoPostgreSqlOptions { Schema = Schema }, timeProvider);

    public Task DropAsync() => server.ExecuteAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
}
