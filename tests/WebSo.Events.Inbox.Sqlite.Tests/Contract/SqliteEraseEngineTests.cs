using System.Text;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Erased data must be gone from every byte of all files: tables, indexes, free pages, and the write-ahead log.
public sealed class SqliteEraseEngineTests : EraseEngineContract
{
    private const string Secret = "document-4711-of-a-customer";

    private readonly TempFolder _folder = new();

    private string DatabasePath => _folder.File("events.db");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) => new SqliteDialect(new SqliteFile(DatabasePath));

    [Fact]
    public async Task Erase_OneDocument_LeavesNoTraceInAnyFile()
    {
        await AppendAsync(Delivery(Secret, body: BodyOf(Secret)));
        var failing = await ClaimOneAsync();
        await RetryAsync(failing, TimeSpan.Zero, $"{Secret} is locked");
        await HandledAsync(await ClaimOneAsync());
        await AppendAsync(Delivery(Secret));
        await AppendAsync(Delivery("another"));
        Search(Secret).Should().NotBeEmpty();

        (await Engine.EraseAsync(null, Secret, Token)).Should().Be((2, 0, null));

        Search(Secret).Should().BeEmpty();
        Search("another").Should().NotBeEmpty();
    }

    // Enough rows to split pages of tables and indexes, which copies rows between pages.
    [Fact]
    public async Task Erase_ManyDeliveries_LeavesNoTraceInAnyFile()
    {
        var random = new Random(4711);
        for (var i = 0; i < 8; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 150).Select(_ =>
            {
                var document = random.Next(4) == 0 ? Secret : $"document-{random.Next(300)}-{new string('y', random.Next(150))}";
                return AppendAsync(Delivery(document, body: BodyOf(document + new string('z', random.Next(3000)))));
            }));
            foreach (var lease in await ClaimAsync())
            {
                if (lease.Sequence % 3 != 0)
                    await HandledAsync(lease);
                else
                    await RetryAsync(lease, TimeSpan.Zero, $"{lease.DocumentId} is locked");
            }
        }

        (await Engine.EraseAsync(null, Secret, Token)).Erased.Should().BeGreaterThan(200);

        Search(Secret).Should().BeEmpty();
        await CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(0, true)]
    public async Task Erase_FileNotRewritten_ReturnsAdvice(int largeBodies, bool hasOtherTable)
    {
        await AppendAsync(Delivery(Secret));
        for (var i = 0; i < largeBodies; i++)
            await AppendAsync(Delivery("large", body: new string('x', 8 * 1024 * 1024)));
        if (hasOtherTable)
            TestFile.Read(DatabasePath, "CREATE TABLE orders(name TEXT); INSERT INTO orders VALUES ('1'), ('2'), ('3'); DELETE FROM orders WHERE name = '2'");

        var (erased, _, traces) = await Engine.EraseAsync(null, Secret, Token);

        erased.Should().Be(1);
        traces.Should().Contain("unused parts of the file").And.Contain("VACUUM");
        Log.Messages("Erased").Should().ContainSingle().Which.Should().Contain(traces);
        if (hasOtherTable)
            TestFile.Read(DatabasePath, "SELECT max(rowid) FROM orders").Should().Be(3);
    }

    // Rewriting the file repeatedly would fill the disk.
    [Fact(Timeout = 60_000)]
    public async Task Erase_RepeatedWhileReaderUsesLog_DoesNotGrowLog()
    {
        await AppendAsync(Delivery(Secret));
        await AppendAsync(Delivery("large", body: new string('x', 4 * 1024 * 1024)));
        using var reader = OpenReader();
        var erase = () => Engine.EraseAsync(null, Secret, Token);
        await erase.Should().ThrowAsync<WebSoInboxStoreException>();
        var length = new FileInfo(DatabasePath + "-wal").Length;

        await erase.Should().ThrowAsync<WebSoInboxStoreException>();

        new FileInfo(DatabasePath + "-wal").Length.Should().BeLessThan(length + (1024 * 1024));
    }

    // The log can't be truncated while a reader uses an earlier snapshot. The error reports this, and a second erase completes.
    [Fact(Timeout = 60_000)]
    public async Task Erase_WhileReaderUsesLog_FailsAndCanBeRepeated()
    {
        await AppendAsync(Delivery(Secret));
        using (OpenReader())
        {
            var erase = () => Engine.EraseAsync(null, Secret, Token);

            (await erase.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*rows are erased*still in*events.db*reader*Erase the document again*");
            Log.Messages("Erased").Should().ContainSingle().Which.Should().Contain("Erased deliveries: 1.").And.Contain("incomplete");
        }

        (await Engine.EraseAsync(null, Secret, Token)).Should().Be((0, 0, null));

        Search(Secret).Should().BeEmpty();
    }

    // Holds a snapshot until it is disposed.
    private SqliteConnection OpenReader()
    {
        var reader = SqliteConnections.Open(DatabasePath, SqliteOpenMode.ReadWrite);
        SqliteConnections.ReadNumber(reader, "BEGIN; SELECT count(*) FROM webso_deliveries");
        return reader;
    }

    private static string BodyOf(string document) => $$"""{"event":"USER_FINISH","document_id":"{{document}}"}""";

    private List<string> Search(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Directory.GetFiles(_folder.Path).Where(file => Read(file).AsSpan().IndexOf(bytes) >= 0)];
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
