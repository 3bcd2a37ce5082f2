using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// The settings on which the promise rests are those of a connection, which only its owner can read back.
public sealed class DurabilityTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("synchronous", 2)]
    [InlineData("fullfsync", 1)]
    [InlineData("checkpoint_fullfsync", 1)]
    public void EachConnectionThatWrites_FlushesToTheDisk(string pragma, long expected)
    {
        var type = typeof(SqliteInboxStore).Assembly.GetType("WebSo.Events.SqliteDatabase", throwOnError: true)!;

        using var database = (IDisposable)Call(null, "Open", _folder.File(), false)!;

        Call(database, "ReadPragma", pragma).Should().Be(expected);

        object? Call(object? instance, string method, params object[] arguments) => type.GetMethod(method)!.Invoke(instance, arguments);
    }
}
