namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class MemoryEraseEngineTests : EraseEngineContract
{
    private readonly MemoryDatabase _database = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _database.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => _database.CreateDialect();
}
