using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Rows that another session has locked must block only operations that need them.</summary>
public sealed class LockedRowTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Claim_LockedHead_BlocksOnlyItsDocument()
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

    // Discard must lock the head, including a row that becomes the head while it waits for the lock. Otherwise that row could end in the
    // meantime and make a discarded row the next head.
    [Fact]
    public async Task Discard_HeadEndsMeanwhile_LocksNext()
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

    // The replay has begun when the purge runs, so the replayed deliveries have not expired.
    [Fact]
    public async Task Purge_DuringReplay_KeepsReplayedDeliveries()
    {
        var id = await HandledLongAgoAsync();
        await using var replay = await Session.LockAsync(Server, ReplayOf(id));

        var purged = await Engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(1), 100, Token).WaitAsync(s_limit, Token);
        await replay.CommitAsync();

        purged.Should().Be(0);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
    }

    [Fact]
    public async Task Erase_DuringReplay_KeepsReplayedDeliveries()
    {
        var id = await HandledLongAgoAsync();
        await using var replay = await Session.LockAsync(Server, ReplayOf(id));

        var erasing = Engine.EraseAsync(null, "1", Token);
        await replay.WaitUntilOthersWaitAsync(Database.Schema);
        await replay.CommitAsync();

        (await erasing.WaitAsync(s_limit, Token)).Erased.Should().Be(0);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
    }

    // A pending row whose delivery was deleted manually is reported, and blocks nothing.
    [Fact]
    public async Task Claim_PendingWithoutDelivery_BecomesDeadLetterAndNextIsHandled()
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
