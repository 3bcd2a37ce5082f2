using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// An in-memory database is private, and ends with its last connection.
public sealed class MemoryTests : EngineContract
{
    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => CreateDialect("one");

    [Fact]
    public async Task Open_OtherName_IsAnotherDatabase()
    {
        var other = await OpenAnotherAsync(CreateDialect("two"));

        await AppendAsync(Delivery("1"));

        (await ClaimAsync(other)).Should().BeEmpty();
        (await ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Close_LastEngine_LeavesNoDataAndNoFile()
    {
        var before = Directory.GetFileSystemEntries(Directory.GetCurrentDirectory());
        await AppendAsync(Delivery("1"));
        await CloseAsync(Engine);

        var next = await OpenAnotherAsync();

        (await next.Reader.CountAsync(null, Token)).Should().BeEmpty();
        Directory.GetFileSystemEntries(Directory.GetCurrentDirectory()).Should().Equal(before);
        Directory.Exists("/one").Should().BeFalse();
        File.Exists("/one").Should().BeFalse();
    }

    private static SqliteDialect CreateDialect(string name) => new(new SqliteFile(name) { IsInMemory = true });
}
