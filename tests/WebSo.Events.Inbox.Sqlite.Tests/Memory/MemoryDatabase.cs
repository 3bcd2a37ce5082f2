using Microsoft.Data.Sqlite;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// An in-memory database that the engines of one test share. It also exists between engines.
internal sealed class MemoryDatabase : IDisposable
{
    private readonly SqliteFile _file = new(Guid.NewGuid().ToString("N")) { IsInMemory = true };
    private readonly SqliteConnection _connection;

    public MemoryDatabase() => _connection = SqliteConnections.Open(_file.Path, SqliteOpenMode.ReadWriteCreate);

    public SqliteDialect CreateDialect() => new(_file);

    public void Dispose() => _connection.Dispose();
}
