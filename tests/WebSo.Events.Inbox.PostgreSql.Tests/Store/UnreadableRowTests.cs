using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A row with content that another program has written.</summary>
public sealed class UnreadableRowTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Theory]
    [InlineData("""{"path":"/","remote_address":"no address"}""")]
    [InlineData("""{"path":"/","route_values":[]}""")]
    [InlineData("""{"path":"/","route""")]
    [InlineData("""{}""")]
    public async Task Claim_UnreadableRow_BecomesDeadLetterAndIsHandledAfterRepair(string context)
    {
        var id = await AppendAsync(Delivery("1"));
        var next = await AppendAsync(Delivery("1"));
        var other = await AppendAsync(Delivery("2"));
        var before = await Server.ReadAsync<string>($"SELECT context FROM {Deliveries} WHERE delivery_id = '{id}'");
        await WriteAsync(id, context);

        var leases = (await ClaimAsync()).Concat(await ClaimAsync()).ToList();
        var state = await Server.ReadAsync<string>($"SELECT state || ' ' || error FROM {Database.Schema}.webso_outcomes WHERE handler = ''");
        var details = await DetailsAsync(id);
        foreach (var lease in leases)
            await HandledAsync(lease);
        await WriteAsync(id, before);
        await ReplayAsync(new WebSoInboxFilter { DeliveryId = id });

        leases.Select(lease => lease.Context.DeliveryId).Should().BeEquivalentTo([next, other]);
        details.Context.Should().BeEquivalentTo(new { DeliveryId = id, RequestPath = "" });
        details.Context.Body.ToArray().Should().Equal("{}"u8.ToArray());
        state.Should().StartWith("3 The stored row can't be read: ");
        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
        await CheckInvariantsAsync();
    }

    private Task WriteAsync(Guid id, string context) => Server.ExecuteAsync($"UPDATE {Deliveries} SET context = '{context}' WHERE delivery_id = '{id}'");
}
