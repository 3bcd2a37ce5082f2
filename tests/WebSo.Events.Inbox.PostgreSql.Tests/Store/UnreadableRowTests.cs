using FluentAssertions;
using Npgsql;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A row to which another hand has written what no program of ours writes.</summary>
public sealed class UnreadableRowTests(PostgreSqlServer server) : DatabaseTest(server)
{
    [Theory]
    [InlineData("remote_address = 'no address'", "remote_address")]
    [InlineData("route_values = '{\"tenant\":'", "route_values")]
    [InlineData("route_values = '[]'", "route_values")]
    public async Task Row_IsADeadLetter_AndTheOthersGoOn_AndItIsHandledOnceMended(string flaw, string column)
    {
        await using var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery("1"));
        var next = await store.AppendAsync(Delivery("1"));
        var other = await store.AppendAsync(Delivery("2"));
        await Server.ExecuteAsync($"UPDATE {Database.Deliveries} SET {flaw} WHERE delivery_id = '{id}'");

        var claims = new List<WebSoInboxClaim>();
        while (claims.Count < 2)
            claims.AddRange(await store.ClaimAsync());
        var dead = await store.EntryAsync(id);
        foreach (var claim in claims)
            await store.HandledAsync(claim);
        await Server.ExecuteAsync($"UPDATE {Database.Deliveries} SET {column} = NULL WHERE delivery_id = '{id}'");
        await store.ReplayAsync(new WebSoInboxFilter { DeliveryId = id }, Token);

        claims.Select(claim => claim.Context.DeliveryId).Should().BeEquivalentTo([next, other]);
        dead.State.Should().Be(WebSoInboxState.DeadLetter);
        dead.LastError.Should().StartWith("The stored row can't be read: ").And.Contain(column);
        (await store.ClaimOneAsync()).Context.DeliveryId.Should().Be(id);
    }

    [Fact]
    public async Task State_ThatIsUnknown_IsRefusedByTheTable()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery("1"));

        var edit = () => Server.ExecuteAsync($"UPDATE {Database.Deliveries} SET state = 99");

        (await edit.Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be(PostgresErrorCodes.CheckViolation);
    }
}
