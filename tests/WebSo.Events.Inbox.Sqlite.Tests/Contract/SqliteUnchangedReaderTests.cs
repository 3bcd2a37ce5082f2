using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A file that nobody writes is read without locks: that somebody wrote all the same must be noticed, also when that one has gone.
public sealed class SqliteUnchangedReaderTests : EngineContract
{
    private readonly TempFolder _folder = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AppendAsync(Delivery("1"));
        await CloseAsync(Engine);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(_folder.File("events.db"), allowUnsafeFileSystem: false));

    [Fact]
    public async Task WriterThatComesAndGoesDuringARead_IsNoticed_AndItIsReadAgain()
    {
        await using var reader = CreateEngine();
        await reader.OpenToReadAsync(Token);
        var reads = 0;

        var count = await reader.Reader.ReadAsync(
            (session, _) =>
            {
                var counted = session.ReadNumber("SELECT count(*) FROM webso_deliveries");
                if (++reads == 1)
                    WriteAsync().Wait(Token);
                return counted;
            },
            Token);

        (count, reads).Should().Be((2, 2));
    }

    [Fact]
    public async Task WriterThatCameAndWentBetweenReads_IsNoticed()
    {
        await using var reader = CreateEngine();
        await reader.OpenToReadAsync(Token);
        (await CountAsync(reader)).Should().Be(1);

        await WriteAsync();

        (await CountAsync(reader)).Should().Be(2);
    }

    [Fact]
    public async Task Read_LeavesNothingBesideTheFile()
    {
        await using var reader = CreateEngine();
        await reader.OpenToReadAsync(Token);
        await CountAsync(reader);

        Directory.GetFiles(_folder.Path).Should().Equal(_folder.File("events.db"));
    }

    private static async Task<long> CountAsync(InboxEngine engine) => (await engine.Reader.CountAsync(null, Token)).Values.Sum();

    // A process that stores a call, and stops.
    private async Task WriteAsync()
    {
        var writer = await OpenAnotherAsync();
        await AppendAsync(writer, Delivery("2"));
        await CloseAsync(writer);
    }
}
