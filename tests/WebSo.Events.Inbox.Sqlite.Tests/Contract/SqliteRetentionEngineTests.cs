namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class SqliteRetentionEngineTests : RetentionEngineContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(_folder.File("events.db")));
}
