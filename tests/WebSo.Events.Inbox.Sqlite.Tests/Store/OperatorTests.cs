using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What an operator does to very many events keeps no call waiting.
public sealed class OperatorTests : IAsyncLifetime
{
    private const int Limit = 60_000;
    private const int Many = 10_500;

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
    public async Task Replay_OfMany_LetsACallThroughInBetween()
    {
        await FillAsync();
        Task? call = null;
        using var signal = _store.OnWork(_ => call ??= _store.AppendAsync(Delivery("in between", endpoint: "b")));

        var count = await _store.ReplayAsync(new WebSoInboxFilter { EventName = "USER_FINISH" }, Token);
        await call!;

        count.Should().Be(Many);
        Read("SELECT count(*) FROM deliveries WHERE position > (SELECT position FROM deliveries WHERE document = 'in between')")
            .Should().BeOfType<long>().Which.Should().BeInRange(1, Many - 200L, "the call came after the first batch and did not wait for the last");
    }

    [Fact(Timeout = Limit)]
    public async Task Discard_ByAnotherProcess_MakesRoomForMalformedOnes()
    {
        foreach (var key in new[] { "a", "b", "c" })
            await _store.AppendAsync(Malformed(key));
        var fourth = await _store.AppendAsync(Malformed("d"), Token);

        await using (var other = new SqliteInboxStore(_folder.File()))
        {
            await other.OpenAsync(Token);
            await other.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.Malformed }, Token);
        }

        fourth.Outcome.Should().Be(WebSoInboxAppendOutcome.MalformedBoundReached);
        await _store.AppendAsync(Malformed("d"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("EventName")]
    [InlineData("State")]
    [InlineData("ReceivedFrom")]
    public async Task Search_IsNoBusinessOfTheWriter(string part)
    {
        await FillAsync();
        using var other = TestFile.Lock(_folder.File());

        var count = await _store.ReplayAsync(
            part switch
            {
                "EventName" => new WebSoInboxFilter { EventName = "NONE" },
                "State" => new WebSoInboxFilter { State = WebSoInboxState.DeadLetter },
                _ => new WebSoInboxFilter { ReceivedFrom = DateTimeOffset.MaxValue },
            },
            Token);

        count.Should().Be(0, "and it waits for nobody who writes");
    }

    [Fact(Timeout = Limit)]
    public async Task Change_OfOneThatBecameSomethingElseSinceItWasFound_LeavesIt()
    {
        await FillAsync();
        var isFirst = true;
        using var signal = _store.OnWork(_ =>
        {
            if (isFirst)
                TestFile.Execute(_folder.File(), "UPDATE deliveries SET state = 7 WHERE seq = 5000");
            isFirst = false;
        });

        var count = await _store.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Handled }, Token);

        count.Should().Be(Many - 1);
        Read("SELECT state FROM deliveries WHERE seq = 5000").Should().Be(7L);
    }

    [Fact(Timeout = Limit)]
    public async Task Replay_ByTime_TakesAllOfThatTimeAndNoOther()
    {
        await FillAsync();
        Execute("UPDATE deliveries SET received_at = received_at + seq");
        var begin = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        var count = await _store.ReplayAsync(
            new WebSoInboxFilter { ReceivedFrom = begin.AddTicks(101), ReceivedBefore = begin.AddTicks(301) }, Token);
        var before = await _store.ReplayAsync(new WebSoInboxFilter { ReceivedBefore = begin.AddTicks(11) }, Token);

        (count, before).Should().Be((200, 10));
        Read("SELECT min(seq) || '-' || max(seq) FROM deliveries WHERE is_replay = 1 AND seq > 10").Should().Be("101-300");
    }

    // More than a page of handled events.
    private async Task FillAsync()
    {
        await _store.AppendAsync(Delivery(document: ""));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        const string Columns = "position, endpoint, state, due_at, settled_at, last_seen_at, received_at, event, document, request_path, query, body_length, body";
        Execute(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {Many})
            INSERT INTO deliveries(seq, delivery_id, {Columns}) SELECT i, randomblob(16), {Columns} FROM n, deliveries WHERE seq = 1;
            UPDATE minutes SET last = {Many};
            UPDATE inbox SET sequence = {Many}
            """);
    }

    private object? Read(string sql) => TestFile.Read(_folder.File(), sql);

    private static WebSoInboxAppend Malformed(string key) => Delivery(key: key, state: WebSoInboxState.Malformed, body: "x");

    private void Execute(string sql) => TestFile.Execute(_folder.File(), sql);
}
