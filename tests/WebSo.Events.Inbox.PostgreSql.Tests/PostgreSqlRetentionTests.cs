using WebSo.Events.Inbox.Contracts;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class PostgreSqlRetentionTests(PostgreSqlServer server) : RetentionContract
{
    private readonly TestDatabase _database = new(server);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DropAsync();
    }

    protected override IWebSoInboxStore CreateStore(TimeProvider timeProvider) => _database.CreateStore(timeProvider);

    // What it has claimed stays claimed: only a worker gives claims back.
    protected override async Task KillAsync(IWebSoInboxStore store) => await store.DisposeAsync();
}
