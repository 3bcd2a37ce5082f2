using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A row to which another hand has written what no program of ours writes.
public sealed class UnreadableRowTests : IAsyncLifetime
{
    private const int Limit = 20_000;

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

    [Theory(Timeout = Limit)]
    [InlineData("remote_address = 'no address'", "remote_address = NULL", "remote_address")]
    [InlineData("route_values = '{\"tenant\":'", "route_values = NULL", "route_values")]
    [InlineData("route_values = '{\"a\":\"\\ud800\"}'", "route_values = NULL", "route_values")]
    [InlineData("route_values = '[]'", "route_values = '{}'", "route_values")]
    [InlineData("route_values = '{\"tenant\":1}'", "route_values = '{\"tenant\":null}'", "route_values")]
    [InlineData("received_at = -1", "received_at = 630822816000000000", "received_at")]
    [InlineData("received_at = 'yesterday'", "received_at = 630822816000000000", "received_at")]
    [InlineData("delivery_id = x'00'", "delivery_id = randomblob(16)", "delivery_id")]
    [InlineData("state = 'Pending'", "event = event", "'Pending'")]
    [InlineData("state = 99", "event = event", "'99'")]
    [InlineData("state = -1", "event = event", "'-1'")]
    [InlineData("due_at = 'now'", "event = event", "due_at")]
    public async Task Row_IsADeadLetter_AndTheOthersGoOn_AndItIsHandledOnceMended(string flaw, string mend, string reason)
    {
        await _store.AppendAsync(Delivery("1"));
        var next = await _store.AppendAsync(Delivery("1"));
        var other = await _store.AppendAsync(Delivery("2"));
        Execute($"UPDATE deliveries SET {flaw} WHERE seq = 1");

        var claims = await ClaimTwoAsync();
        var page = await _store.ListAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter }, 10, null, Token);
        foreach (var claim in claims)
            await _store.HandledAsync(claim);
        Execute($"UPDATE deliveries SET {mend} WHERE seq = 1");
        var replayed = await _store.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.DeadLetter }, Token);

        claims.Select(claim => claim.Context.DeliveryId).Should().BeEquivalentTo([next, other]);
        page.Entries.Should().ContainSingle().Which.LastError.Should().StartWith("The stored row can't be read: ").And.Contain(reason);
        replayed.Should().Be(1);
        (await _store.ClaimOneAsync()).Id.Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task HeadOfTheOnlyQueue_WithAnUnknownState_LetsTheNextGoOn()
    {
        await _store.AppendAsync(Delivery("1"));
        var next = await _store.AppendAsync(Delivery("1"));
        Execute("UPDATE deliveries SET state = 'Pending' WHERE seq = 1");

        var claim = await _store.ClaimOneAsync();

        claim.Context.DeliveryId.Should().Be(next);
    }

    [Fact(Timeout = Limit)]
    public async Task Row_IsShownAsFarAsItCanBeRead()
    {
        var id = await _store.AppendAsync(Delivery("1", body: "{\"x\":1}"));
        Execute("UPDATE deliveries SET remote_address = '?', route_values = '?'");

        (await _store.ClaimAsync()).Should().BeEmpty();
        var details = (await _store.GetAsync(id, Token))!;

        details.Entry.State.Should().Be(WebSoInboxState.DeadLetter);
        details.Context.RemoteAddress.Should().BeNull();
        details.Context.RouteValues.Should().BeEmpty();
        details.Context.Body.Length.Should().Be(7);
    }

    [Fact(Timeout = Limit)]
    public async Task Row_ReplayedWithoutBeingMended_IsADeadLetterAgain()
    {
        var id = await _store.AppendAsync(Delivery("1"));
        Execute("UPDATE deliveries SET remote_address = '?'");
        await _store.ClaimAsync();

        await _store.ReplayAsync(new WebSoInboxFilter { DeliveryId = id }, Token);
        (await _store.ClaimAsync()).Should().BeEmpty();

        (await _store.EntryAsync(id)).State.Should().Be(WebSoInboxState.DeadLetter);
    }

    [Fact(Timeout = Limit)]
    public async Task RowThatIsRepeated_IsCountedAllTheSame()
    {
        await _store.AppendAsync(Delivery(key: "a"));
        Execute("UPDATE deliveries SET delivery_id = x'00'");

        var repeat = await _store.AppendAsync(Delivery(key: "a"), Token);

        repeat.Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
    }

    private async Task<List<WebSoInboxClaim>> ClaimTwoAsync()
    {
        var claims = new List<WebSoInboxClaim>();
        while (claims.Count < 2)
            claims.AddRange(await _store.ClaimAsync());
        return claims;
    }

    private void Execute(string sql) => TestFile.Execute(_folder.File(), sql);
}
