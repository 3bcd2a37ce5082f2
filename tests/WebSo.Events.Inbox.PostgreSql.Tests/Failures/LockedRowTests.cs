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
        INSERT INTO {Pending}(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, cut_offs)
            SELECT sequence, endpoint, document, 0, now(), now(), 0, 2, 0, 0 FROM {Deliveries} WHERE delivery_id = '{id}'
        """;
}
