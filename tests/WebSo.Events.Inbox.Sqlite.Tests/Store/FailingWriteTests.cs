using FluentAssertions;
using Microsoft.Data.Sqlite;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What fails of one write is told to who asked for it, and to nobody else.
public sealed class FailingWriteTests : IAsyncLifetime
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private SqliteInboxStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteInboxStore(_folder.File());
        await _store.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Constraint_FailsItsOwnWrite_AndTheOthersOfTheBatchAreStored()
    {
        var first = Delivery("1");
        await _store.AppendAsync(first);

        var others = Enumerable.Range(0, 20).Select(_ => _store.AppendAsync(Delivery()));
        var twin = async () => await _store.AppendAsync(first, Token);
        var failing = twin.Should().ThrowAsync<WebSoInboxStoreException>();

        await Task.WhenAll(others);
        (await failing).WithInnerException<SqliteException>();
        (await _store.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(21);
    }

    [Fact(Timeout = Limit)]
    public async Task ErrorOfOneStatement_FailsItsOwnWrite_AndTheNextIsStored()
    {
        Execute("CREATE TRIGGER flaw BEFORE INSERT ON deliveries WHEN NEW.document = 'flaw' BEGIN SELECT abs(-9223372036854775808); END");

        var flawed = async () => await _store.AppendAsync(Delivery("flaw"), Token);

        await flawed.Should().ThrowAsync<WebSoInboxStoreException>();
        await _store.AppendAsync(Delivery("1"));
    }

    [Fact(Timeout = Limit)]
    public async Task RetryAfterTheLongestTime_IsNotDueNow()
    {
        var id = await _store.AppendAsync(Delivery("1"));

        await _store.RetryAsync(await _store.ClaimOneAsync(), TimeSpan.MaxValue, "later", Token);

        (await _store.ClaimAsync()).Should().BeEmpty();
        (await _store.EntryAsync(id)).NextAttemptAt.Should().Be(DateTimeOffset.MaxValue);
    }

    private void Execute(string sql) => TestFile.Execute(_folder.File(), sql);
}
