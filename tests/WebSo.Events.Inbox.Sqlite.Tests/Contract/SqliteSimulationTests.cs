using WebSo.Events.Inbox.Contracts;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class SqliteSimulationTests : SimulationContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private int _count;

    public void Dispose() => _folder.Dispose();

    protected override Func<TimeProvider, IWebSoInboxStore> NewDatabase()
    {
        var path = _folder.File($"{Interlocked.Increment(ref _count)}.db");
        return timeProvider => new SqliteInboxStore(path, timeProvider);
    }
}
