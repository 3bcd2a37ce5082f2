using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Durability depends on connection settings, which only the connection itself can read.
public sealed class DurabilityTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("synchronous", 2)]
    [InlineData("fullfsync", 1)]
    [InlineData("checkpoint_fullfsync", 1)]
    [InlineData("secure_delete", 1)]
    [InlineData("temp_store", 2)]
    public void OpenWriter_Settings_FlushToDiskAndOverwriteDeletedRows(string pragma, long expected)
    {
        using var connection = SqliteConnections.OpenWriter(_folder.File());
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";

        command.ExecuteScalar().Should().Be(expected);
    }
}
