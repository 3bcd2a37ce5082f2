using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using WebSo.Events.Inbox.Contracts;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// How many calls share a commit: those have the time at which it began, and here no two begin at the same time.
public sealed class GroupCommitTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ManyAtATime_ShareACommit()
    {
        const int Callers = 32, Calls = 20;
        await using var store = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
                await store.AppendAsync(Deliveries.Delivery($"{caller}-{i}"));
        })));

        (await CountCommitsAsync(store)).Should().BeLessThan(Callers * Calls / 8);
    }

    [Fact]
    public async Task OneAfterTheOther_EachHasItsOwn()
    {
        await using var store = await OpenAsync();

        for (var i = 0; i < 5; i++)
            await store.AppendAsync(Deliveries.Delivery());

        (await CountCommitsAsync(store)).Should().Be(5);
    }

    // Where nobody is woken, what waits is found half a second later.
    [Theory(Timeout = 20_000)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task ManyAndThenOne_AreWrittenWithoutDelay(int callers)
    {
        await using var store = await OpenAsync();

        for (var i = 0; i < 100; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => store.AppendAsync(Deliveries.Delivery(), Token).AsTask(), Token)));
            await store.AppendAsync(Deliveries.Delivery(), Token);
        }

        (await store.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(100 * (callers + 1));
    }

    private async Task<SqliteInboxStore> OpenAsync()
    {
        var store = new SqliteInboxStore(_folder.File(), _time);
        await store.OpenAsync(Token);
        return store;
    }

    private static async Task<int> CountCommitsAsync(SqliteInboxStore store) =>
        (await store.ListAsync(new WebSoInboxFilter(), 1000, null, Token)).Entries.Select(entry => entry.LastSeenAt).Distinct().Count();
}
