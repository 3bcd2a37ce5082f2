namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class PostgreSqlOperationsEngineTests(PostgreSqlServer server) : OperationsEngineContract
{
    private readonly TestDatabase _database = new(server);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DropAsync();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => _database.CreateDialect(timeProvider);
}
