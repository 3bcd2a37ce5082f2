using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Operations that arrive late, for a delivery that was deleted or that a later attempt has written.</summary>
public sealed class StaleLeaseTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task Mark_SequenceReusedAfterFailover_ChangesNothing()
    {
        await AppendAsync(Delivery("lost"));
        var lost = await ClaimOneAsync();
        await Server.ExecuteAsync($"TRUNCATE {Deliveries}, {Pending}; ALTER TABLE {Deliveries} ALTER COLUMN sequence RESTART WITH {lost.Sequence}");
        var id = await AppendAsync(Delivery("new"));
        var lease = await ClaimOneAsync();

        var isMarked = await HandledAsync(lost);

        lease.Sequence.Should().Be(lost.Sequence);
        isMarked.Should().BeFalse();
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Handling);
        (await HandledAsync(lease)).Should().BeTrue();
    }

    [Fact]
    public async Task Append_EarlierAttemptRunsLate_ChangesNothing()
    {
        var delivery = Delivery("1", key: "a");
        var stored = await Engine.AppendAsync(delivery, Token);

        var late = await Engine.AppendAsync(delivery, Token);

        (late.IsDuplicate, late.DeliveryId).Should().Be((false, stored.DeliveryId));
        (await EntryAsync(stored.DeliveryId)).ReceiveCount.Should().Be(1);
        (await CountDeliveriesAsync()).Should().Be(1);
        await CheckInvariantsAsync();
    }
}
