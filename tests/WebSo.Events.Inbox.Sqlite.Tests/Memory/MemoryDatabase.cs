using Microsoft.Data.Sqlite;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A database in memory, which the engines of one test share. It is there from the first engine on, also between two of them.
internal sealed class MemoryDatabase : IDisposable
{
    private readonly SqliteFile _file = new(Guid.NewGuid().ToString("N"), allowUnsafeFileSystem: false) { IsInMemory = true };
    private readonly SqliteConnection _connection;

    public MemoryDatabase() => _connection = SqliteConnections.Open(_file.Path, SqliteOpenMode.ReadWriteCreate);

    public SqliteDialect CreateDialect() => new(_file);

    public void Dispose() => _connection.Dispose();
}
