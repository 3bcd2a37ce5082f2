using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What only a database in memory is: private, and gone.
public sealed class MemoryTests : EngineContract
{
    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => CreateDialect("one");

    [Fact]
    public async Task OtherName_IsAnotherDatabase()
    {
        var other = await OpenAnotherAsync(CreateDialect("two"));

        await AppendAsync(Delivery("1"));

        (await ClaimAsync(other)).Should().BeEmpty();
        (await ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task AfterTheLastEngine_NothingIsLeft_AndNoFileEver()
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

    private static SqliteDialect CreateDialect(string name) => new(new SqliteFile(name, allowUnsafeFileSystem: false) { IsInMemory = true });
}
