using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A test with a schema of its own, which is dropped after it.</summary>
public abstract class DatabaseTest : IAsyncLifetime
{
    protected DatabaseTest(PostgreSqlServer server) => (Server, Database) = (server, new TestDatabase(server));

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected PostgreSqlServer Server { get; }

    internal TestDatabase Database { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Database.DropAsync();
        GC.SuppressFinalize(this);
    }
}
