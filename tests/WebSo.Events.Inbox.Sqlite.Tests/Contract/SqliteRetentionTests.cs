using WebSo.Events.Inbox.Contracts;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class SqliteRetentionTests : RetentionContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override IWebSoInboxStore CreateStore(TimeProvider timeProvider) => new SqliteInboxStore(_folder.File(), timeProvider);

    // It releases no claim, as a killed process.
    protected override async Task KillAsync(IWebSoInboxStore store) => await store.DisposeAsync();
}
