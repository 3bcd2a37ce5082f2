using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>
/// The connection ends after the server executed COMMIT and before the reply arrives. The next attempt must find the committed rows.
/// </summary>
public sealed class ProxiedCommitTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Fact]
    public async Task LostCommit_OfAppend_StoresAndCountsOnce()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var engine = await OpenAsync(proxy);
        proxy.CutNextCommit();

        var result = await engine.AppendAsync(Delivery(key: "a"), Token);

        proxy.Cuts.Should().Be(1);
        (result.IsDuplicate, result.ReceiveCount).Should().Be((false, 1));
        (await EntryAsync(result.DeliveryId)).ReceiveCount.Should().Be(1);
        (await CountDeliveriesAsync()).Should().Be(1);
    }

    [Fact]
    public async Task LostCommit_OfDuplicate_ReturnsTheStoredDelivery()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var engine = await OpenAsync(proxy);
        var id = await AppendAsync(engine, Delivery(key: "a"));
        proxy.CutNextCommit();

        var result = await engine.AppendAsync(Delivery(key: "a"), Token);

        proxy.Cuts.Should().Be(1);
        (result.IsDuplicate, result.DeliveryId).Should().Be((true, id));
        (await CountDeliveriesAsync()).Should().Be(1);
    }

    [Fact]
    public async Task LostCommit_OfConcurrentCalls_StoresOne()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var engine = await OpenAsync(proxy);
        await AppendAsync(engine, Delivery("2"));
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var blocked = engine.AppendAsync(Delivery("3"), Token);
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var together = Enumerable.Range(0, 20).Select(_ => engine.AppendAsync(Delivery(key: "a"), Token)).ToArray();
        await session.CommitAsync();
        await blocked;
        proxy.CutNextCommit();

        var results = await Task.WhenAll(together);

        results.Select(result => result.DeliveryId).Distinct().Should().ContainSingle();
        results.Count(result => !result.IsDuplicate).Should().Be(1);
        (await CountDeliveriesAsync()).Should().Be(3);
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task LostCommit_OfMarks_ReturnsTrueAndMarksOnce()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var engine = await OpenAsync(proxy);
        var id = await AppendAsync(engine, Delivery());
        var lease = await ClaimOneAsync(engine);

        proxy.CutNextCommit();
        var isCompleted = await engine.UpdateLeaseAsync(
            new LeaseUpdate(lease, LeaseUpdateKind.Renew) { Handlers = [new HandlerOutcome("first", DateTimeOffset.UtcNow, TimeSpan.Zero)] }, Token);
        proxy.CutNextCommit();
        var isGivenBack = await engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Retry) { Error = "failed" }, Token);
        var again = await ClaimOneAsync(engine);
        proxy.CutNextCommit();
        var isHandled = await FinishAsync(engine, again, WebSoInboxState.Handled);

        proxy.Cuts.Should().Be(3);
        (isCompleted, isGivenBack, isHandled).Should().Be((true, true, true));
        again.Context.Attempt.Should().Be(2);
        again.CompletedHandlers.Should().Equal("first");
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Handled);
        (await DetailsAsync(id)).Outcomes.Should().HaveCount(2);
    }

    private Task<InboxEngine> OpenAsync(CuttingProxy proxy) =>
        Database.OpenAsync(Server.ConnectionTo(proxy.Port), configure: options => options.UseNotifications = false);
}
