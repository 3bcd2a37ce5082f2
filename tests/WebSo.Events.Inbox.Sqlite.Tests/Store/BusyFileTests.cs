using System.Data.Common;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using WebSo.Events.Engine;
using WebSo.Events.Inbox.Contracts;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Another process writes for long.
public sealed class BusyFileTests : EngineContract
{
    private readonly TempFolder _folder = new();
    private int _opened;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    // Without a connection, a process that starts just then would take itself to be the only one, and end the leases of this one.
    [Fact]
    public async Task Locked_KeepsTheConnection_AndWritesWhenItIsFree()
    {
        await AppendAsync(Delivery("1"));
        var opened = Volatile.Read(ref _opened);
        await using var other = new SqliteConnection($"Data Source={_folder.File()};Pooling=false");
        other.Open();
        Execute(other, "BEGIN IMMEDIATE");

        var append = AppendAsync(Delivery("2"));
        await Log.WaitForAsync("WriteFailed", Token);
        Execute(other, "COMMIT");
        await append;

        Volatile.Read(ref _opened).Should().Be(opened);
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) =>
        new CountingDialect(new SqliteDialect(new SqliteFile(_folder.File(), allowUnsafeFileSystem: false)), () => Interlocked.Increment(ref _opened));

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class CountingDialect(InboxDialect inner, Action onOpen) : DelegatingDialect(inner)
    {
        public override DbConnection OpenWriter(bool canCreate)
        {
            onOpen();
            return base.OpenWriter(canCreate);
        }
    }
}
