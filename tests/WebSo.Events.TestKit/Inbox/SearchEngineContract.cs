using System.Globalization;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>Listing and getting deliveries.</summary>
public abstract class SearchEngineContract : EngineContract
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task List_SeveralPages_ReturnsAllNewestFirst()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++)
            ids.Add(await AppendAsync(Delivery(i.ToString(CultureInfo.InvariantCulture))));

        var listed = new List<Guid>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = await Engine.ListAsync(new WebSoInboxFilter(), 3, cursor, Token);
            listed.AddRange(page.Entries.Select(entry => entry.DeliveryId));
            cursor = page.Next;
            pages++;
        }
        while (cursor is not null);

        listed.Should().Equal(Enumerable.Reverse(ids));
        pages.Should().Be(3);
    }

    [Fact]
    public async Task List_EachFilterProperty_IsApplied()
    {
        await FillAsync();
        var late = await AppendAsync(Delivery("77", eventName: "RENDER_RETURN", receivedAt: s_noon + TimeSpan.FromHours(1)));

        (await CountAsync(new WebSoInboxFilter())).Should().Be(9);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DocumentId = "77" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { EventName = "RENDER_RETURN" })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { EventName = "render_return" })).Should().Be(0);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Pending })).Should().Be(4);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Handling })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { State = WebSoInboxState.Handled })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { DeliveryId = late })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { ReceivedFrom = s_noon + TimeSpan.FromHours(1) })).Should().Be(1);
        (await CountAsync(new WebSoInboxFilter { ReceivedBefore = s_noon + TimeSpan.FromHours(1) })).Should().Be(8);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b", State = WebSoInboxState.DeadLetter })).Should().Be(0);
        (await CountAsync(new WebSoInboxFilter { EndpointName = "b", State = WebSoInboxState.Pending, EventName = "USER_FINISH", DocumentId = "pending" })).Should().Be(1);
    }

    [Fact]
    public async Task List_InvalidCursor_Throws()
    {
        var list = () => Engine.ListAsync(new WebSoInboxFilter(), 10, "x'; DROP TABLE", Token);

        await list.Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task Get_StoredDelivery_ReturnsAllDetails()
    {
        var delivery = Delivery("27268", body: "{\"x\":1}");
        var id = await AppendAsync(delivery);

        var details = await DetailsAsync(id);

        details.Context.Body.ToArray().Should().Equal(delivery.Context.Body.ToArray());
        details.Context.Should().BeEquivalentTo(delivery.Context, options => options.Excluding(context => context.Body).Excluding(context => context.Attempt));
        details.Entry.Should().BeEquivalentTo(new
        {
            DeliveryId = id,
            EndpointName = "",
            EventName = "USER_FINISH",
            DocumentId = "27268",
            State = WebSoInboxState.Pending,
            ReceivedAt = s_noon,
            ReceiveCount = 1,
            Attempts = 0,
            EndedAt = (DateTimeOffset?)null,
            LastError = (string?)null,
            HoldsDocument = false,
            IsReplay = false,
        });
        (await Engine.Reader.GetAsync(Guid.NewGuid(), Token)).Should().BeNull();
    }
}
