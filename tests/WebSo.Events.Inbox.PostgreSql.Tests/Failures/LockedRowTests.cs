using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Rows that another session has locked: they hold up what needs them, and nothing else.</summary>
public sealed class LockedRowTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task LockedHead_HoldsUpItsDocument_AndNoOther()
    {
        await AppendAsync(Delivery("1"));
        await using var session = await Session.LockAsync(Server, $"SELECT * FROM {Pending} FOR UPDATE");

        var held = AppendAsync(Delivery("1"));
        var others = Enumerable.Range(2, 5).Select(document => AppendAsync(Delivery($"{document}"))).ToList();
        await Task.WhenAll(others).WaitAsync(s_limit, Token);
        await AppendAsync(Delivery("7")).WaitAsync(s_limit, Token);

        held.IsCompleted.Should().BeFalse();
        await session.CommitAsync();
        await held.WaitAsync(s_limit, Token);
        (await CountDeliveriesAsync()).Should().Be(8);
        await CheckInvariantsAsync();
    }

    // Who removes what waits holds the lock of the head, also of one that became the head while the lock was awaited: or that one could end meanwhile, and
    // make what is removed the next head.
    [Fact]
    public async Task Discard_WhileTheHeadEnds_LocksTheNextOne()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
            ids.Add(await AppendAsync(Delivery("1")));
        var unlocked = -1L;
        var engine = await OpenAnotherAsync(new WatchedDialect(
            CreateDialect(Time),
            () => unlocked = Server.ReadAsync<long>($"SELECT count(*) FROM (SELECT 1 FROM {Pending} WHERE place = 0 FOR UPDATE SKIP LOCKED) AS heads").GetAwaiter().GetResult()));
        await using var ending = await Session.LockAsync(
            Server, $"DELETE FROM {Pending} WHERE place = 0; UPDATE {Pending} SET place = 0, due_at = now() WHERE sequence = (SELECT min(sequence) FROM {Pending})");

        var discarding = engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = ids[2] }, Token);
        await ending.WaitUntilOthersWaitAsync(Database.Schema);
        await ending.CommitAsync();

        (await discarding.WaitAsync(s_limit, Token)).Should().Be(1);
        unlocked.Should().Be(0);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(ids[1]);
    }

    // The replay has begun when the purge looks: what it replays is not old any more.
    [Fact]
    public async Task Purge_LeavesWhatIsBeingReplayed()
    {
        var id = await HandledLongAgoAsync();
        await using var replay = await Session.LockAsync(Server, ReplayOf(id));

        var purged = await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(1), 100, Token).WaitAsync(s_limit, Token);
        await replay.CommitAsync();

        purged.Should().Be(0);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
    }

    [Fact]
    public async Task Erase_LeavesWhatIsBeingReplayed()
    {
        var id = await HandledLongAgoAsync();
        await using var replay = await Session.LockAsync(Server, ReplayOf(id));

        var erasing = Engine.EraseAsync(null, "1", Token);
        await replay.WaitUntilOthersWaitAsync(Database.Schema);
        await replay.CommitAsync();

        (await erasing.WaitAsync(s_limit, Token)).Erased.Should().Be(0);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
    }

    // A row whose delivery is gone, as by a hand that deleted it, is reported, and holds up nothing.
    [Fact]
    public async Task PendingWithoutItsDelivery_IsADeadLetter_AndTheNextIsHandled()
    {
        await AppendAsync(Delivery("1"));
        var next = await AppendAsync(Delivery("1"));
        await Server.ExecuteAsync($"DELETE FROM {Deliveries} WHERE sequence = (SELECT min(sequence) FROM {Deliveries})");

        (await ClaimAsync()).Should().BeEmpty();

        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(next);
    }

    private async Task<Guid> HandledLongAgoAsync()
    {
        var id = await AppendAsync(Delivery("1"));
        (await HandledAsync(await ClaimOneAsync())).Should().BeTrue();
        await Server.ExecuteAsync(
            $"UPDATE {Database.Schema}.webso_outcomes SET ended_at = ended_at - interval '2 days'; UPDATE {Deliveries} SET received_at = received_at - interval '2 days'");
        return id;
    }

    private string ReplayOf(Guid id) =>
        $"""
        UPDATE {Database.Schema}.webso_outcomes SET superseded_at = now() WHERE handler = '';
        INSERT INTO {Pending}(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, interruptions)
            SELECT sequence, endpoint, document, 0, now(), now(), 0, 2, 0, 0 FROM {Deliveries} WHERE delivery_id = '{id}'
        """;

    private sealed class WatchedDialect(InboxDialect inner, Action watch) : DelegatingDialect(inner)
    {
        public override void BeforeCommit() => watch();
    }
}
