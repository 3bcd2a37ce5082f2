using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A file that no process writes to is read without locks. The reader must notice a writer, even if the writer has already closed the file.
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

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(_folder.File("events.db")));

    [Fact]
    public async Task Read_WriterComesAndGoesMeanwhile_ReadsAgain()
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
    public async Task Read_WriterCameAndWentBefore_SeesChanges()
    {
        await using var reader = CreateEngine();
        await reader.OpenToReadAsync(Token);
        (await CountAsync(reader)).Should().Be(1);

        await WriteAsync();

        (await CountAsync(reader)).Should().Be(2);
    }

    [Fact]
    public async Task Read_StoppedInbox_CreatesNoFile()
    {
        await using var reader = CreateEngine();
        await reader.OpenToReadAsync(Token);
        await CountAsync(reader);

        Directory.GetFiles(_folder.Path).Should().Equal(_folder.File("events.db"));
    }

    private static async Task<long> CountAsync(InboxEngine engine) => (await engine.Reader.CountAsync(null, Token)).Values.Sum();

    // A process that stores a call and stops.
    private async Task WriteAsync()
    {
        var writer = await OpenAnotherAsync();
        await AppendAsync(writer, Delivery("2"));
        await CloseAsync(writer);
    }
}
