using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Discarding deliveries.</summary>
public abstract class DiscardEngineContract : EngineContract
{
    [Fact]
    public async Task ReplayAndDiscard_WithoutAFilter_Throw()
    {
        var replay = () => ReplayAsync(new WebSoInboxFilter { EndpointName = "" });
        var discard = () => Engine.DiscardAsync(new WebSoInboxFilter(), Token);

        await replay.Should().ThrowAsync<ArgumentException>();
        await discard.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task ReplayAndDiscard_MoreThanAPage_ChangeAll()
    {
        await Task.WhenAll(Enumerable.Range(0, 1100).Select(i => AppendAsync(Delivery($"{i % 7}"))));

        (await Engine.DiscardAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending }, Token)).Should().Be(1100);
        (await ClaimAsync()).Should().BeEmpty();
        await CheckInvariantsAsync();
        (await ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Discarded })).Should().Be(1100);

        await CheckInvariantsAsync();
        (await ClaimAsync()).Should().HaveCount(7);
    }

    [Fact]
    public async Task Discard_FailingHead_ReleasesTheNext()
    {
        var head = await AppendAsync(Delivery("1"));
        var next = await AppendAsync(Delivery("1"));
        await RetryAsync(await ClaimOneAsync(), TimeSpan.FromHours(1), "broken");

        var count = await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = head }, Token);

        count.Should().Be(1);
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(next);
        var entry = await EntryAsync(head);
        (entry.State, entry.LastError, entry.Attempts).Should().Be((WebSoInboxState.Discarded, "broken", 1));
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Discard_LeasedOrHandledDelivery_ChangesNothing()
    {
        var id = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(0);
        await HandledAsync(lease);

        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(0);
    }

    [Fact]
    public async Task RetryNow_ExpiredLease_ResetsInterruptions()
    {
        var id = await AppendAsync(Delivery("1"));
        await ClaimOneAsync();
        var retryNow = new WebSoInboxFilter { DeliveryId = id, State = WebSoInboxState.Pending };
        (await ReplayAsync(retryNow)).Should().Be(0, "the delivery is being handled");
        await PassLeaseAsync();
        await ClaimOneAsync();
        await PassLeaseAsync();

        (await ReplayAsync(retryNow)).Should().Be(1);

        var lease = await ClaimOneAsync();
        (lease.Context.DeliveryId, lease.Run, lease.Interruptions, lease.IsTakeover).Should().Be((id, 1, 0, false));
    }

    // Between the search and the change, another process leases the delivery and keeps the lease.
    [Theory]
    [InlineData("retry now")]
    [InlineData("discard")]
    [InlineData("erase")]
    public async Task Change_DeliveryIsLeasedInTheMeantime_ChangesNothing(string change)
    {
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var other = await OpenAnotherAsync(dialect);
        await AppendAsync(Delivery("1"));
        var lease = default(Lease);
        dialect.BeforeNext(() => lease = ClaimOneAsync().GetAwaiter().GetResult());
        var pending = new WebSoInboxFilter { DocumentId = "1", State = WebSoInboxState.Pending };

        var count = change switch
        {
            "retry now" => await other.ReplayAsync(pending, static _ => null, Token),
            "discard" => await other.DiscardAsync(pending, Token),
            _ => (await other.EraseAsync(null, "1", Token)).Erased,
        };

        count.Should().Be(0);
        (await ClaimAsync()).Should().BeEmpty("its handler runs");
        (await HandledAsync(lease!)).Should().BeTrue();
        await CheckInvariantsAsync();
    }

    // The process has ended, its lease has expired, and no other process has claimed the delivery.
    [Fact]
    public async Task Discard_ExpiredLease_SucceedsAndTheLeaseIsLost()
    {
        var id = await AppendAsync(Delivery("1"));
        var lease = await ClaimOneAsync();
        await PassLeaseAsync();

        (await Engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token)).Should().Be(1);

        (await HandledAsync(lease)).Should().BeFalse();
        (await EntryAsync(id)).State.Should().Be(WebSoInboxState.Discarded);
        await CheckInvariantsAsync();
    }
}
