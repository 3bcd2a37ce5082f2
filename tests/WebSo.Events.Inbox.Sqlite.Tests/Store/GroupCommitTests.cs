using System.Data.Common;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class GroupCommitTests : EngineContract
{
    private readonly TempFolder _folder = new();
    private CountingDialect _dialect = null!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Append_ManyConcurrent_ShareCommit()
    {
        const int Callers = 32, Calls = 20;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
                await AppendAsync(Delivery($"{caller}-{i}"));
        })));

        _dialect.Commits.Should().BeLessThan(Callers * Calls / 8);
    }

    [Fact]
    public async Task Append_Sequential_CommitsEach()
    {
        for (var i = 0; i < 5; i++)
            await AppendAsync(Delivery($"{i}"));

        _dialect.Commits.Should().Be(5);
    }

    // Without the wake-up, pending writes would be found half a second later.
    [Theory(Timeout = 20_000)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task Append_ManyAndThenOne_WritesWithoutDelay(int callers)
    {
        for (var i = 0; i < 100; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => AppendAsync(Delivery()), Token)));
            await AppendAsync(Delivery());
        }

        (await Engine.Reader.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(100 * (callers + 1));
    }

    private protected override InboxDialect CreateDialect(TimeProvider timeProvider) =>
        _dialect = new CountingDialect(new SqliteDialect(new SqliteFile(_folder.File())));

    private sealed class CountingDialect(InboxDialect inner) : DelegatingDialect(inner)
    {
        private int _commits;

        public int Commits => Volatile.Read(ref _commits);

        public override void AfterCommit(DbConnection connection)
        {
            base.AfterCommit(connection);
            Interlocked.Increment(ref _commits);
        }
    }
}
