using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>What others set, hold, throw or dispose.</summary>
public sealed class HostileSettingsTests(PostgreSqlServer server) : DatabaseTest(server)
{
    // A snapshot that is taken before the lock of the queue was had would not show what the other instance has just committed.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task StricterIsolationByDefault_TheSameCallAtTwoInstances_IsStoredOnce(string isolation)
    {
        await using var one = await Database.OpenAsync(WithIsolation(isolation));
        await using var two = await Database.OpenAsync(WithIsolation(isolation));

        for (var i = 0; i < 40; i++)
        {
            await Task.WhenAll(
                one.AppendAsync(Delivery("1", key: $"{i}"), Token).AsTask(),
                two.AppendAsync(Delivery("1", key: $"{i}"), Token).AsTask());
        }

        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}")).Should().Be(40);
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries} WHERE state = 0")).Should().Be(1, "a document has one head");
    }

    // What another transaction commits meanwhile would be no conflict with this one: it would fail, and be tried again, with a Warning.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task StricterIsolationByDefault_PauseOfAnEndpointThatIsBeingAdded_Succeeds(string isolation)
    {
        var log = new TestLog();
        await using var store = await Database.OpenAsync(WithIsolation(isolation), log);
        await using var session = await Session.LockAsync(Server, $"INSERT INTO {Database.Schema}.endpoints VALUES ('new')");

        var pause = store.PauseAsync("new", Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.CommitAsync();
        await pause;

        (await store.GetBacklogAsync("new", Token)).PausedEndpoints.Should().Equal("new");
        log.Of("Waiting").Should().BeEmpty();
    }

    // Each step of an event's life, while another instance does the same.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task StricterIsolationByDefault_TwoInstancesAtOnce_DoAllThatTheyDo(string isolation)
    {
        var log = new TestLog();
        await using var one = await Database.OpenAsync(WithIsolation(isolation), log);
        await using var two = await Database.OpenAsync(WithIsolation(isolation), log);

        await Task.WhenAll(new[] { one, two }.Select(store => Task.Run(() => LiveAsync(store), Token)));
        while (await HandleNextAsync(one))
        {
        }

        (await one.CountAsync(null, Token)).Should().BeEquivalentTo(new Dictionary<WebSoInboxState, long> { [WebSoInboxState.Handled] = 40 });
        log.Of("Waiting").Should().BeEmpty();
        log.Of("WriteFailed").Should().BeEmpty();
    }

    [Fact]
    public async Task Renew_RowThatSomeoneWrites_IsHeldOnceAndLostTheSecondTime()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var store = await Database.OpenAsync(timeProvider: time);
        await store.AppendAsync(Delivery());
        var claims = (await store.ClaimAsync("", 1, Token)).Claims;
        await using var session = await Session.LockAsync(Server, $"SELECT FROM {Deliveries} FOR UPDATE");

        time.Advance(TimeSpan.FromSeconds(10));
        var atAThird = await store.RenewAsync(claims, Token);
        time.Advance(TimeSpan.FromSeconds(10));
        var atTwoThirds = await store.RenewAsync(claims, Token);

        atAThird.Should().BeEmpty();
        atTwoThirds.Should().Equal(claims, "its lease was never prolonged, and a third of it is left for the handler to end in");
    }

    // Nothing tells when that one ends, and the polling may be an hour away.
    [Fact]
    public async Task Claim_RowThatSomeoneHolds_IsAskedForAgainSoon()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery());
        await using var session = await Session.LockAsync(Server, $"SELECT FROM {Deliveries} FOR UPDATE");

        var claims = await store.ClaimAsync("", 10, Token);

        claims.Claims.Should().BeEmpty();
        claims.NextDue.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task EncodingThatCantHoldEveryEvent_StopsTheStart()
    {
        var name = Database.Schema;
        await Server.ExecuteAsync($"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        try
        {
            var open = () => Database.OpenAsync(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = name, Pooling = false }.ConnectionString);

            (await open.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*LATIN1*ENCODING 'UTF8'*");
        }
        finally
        {
            await Server.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    // More than one transaction takes, so some wait for the next when the first is told of.
    [Fact]
    public async Task ListenerOfWorkThatThrows_FailsNoCall_AndIsLogged()
    {
        const int Calls = 600;
        var log = new TestLog();
        await using var store = await Database.OpenAsync(logger: log);
        var heard = 0;
        using var failing = store.OnWork(_ => throw new InvalidOperationException("a flaw of the listener"));
        using var other = store.OnWork(_ => Interlocked.Increment(ref heard));

        var results = await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => store.AppendAsync(Delivery($"{i}"), Token).AsTask()));

        results.Should().OnlyContain(result => result.Outcome == WebSoInboxAppendOutcome.Stored);
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}")).Should().Be(Calls);
        await Eventually.TrueAsync(() => log.Of("ListenerFailed").Count > 0, "its failure is logged");
        await Eventually.TrueAsync(() => Volatile.Read(ref heard) > 0, "another listener hears of it all the same");
        log.Of("WriterFailed").Should().BeEmpty();
    }

    [Fact]
    public async Task DataSourceDisposedTooEarly_IsLogged_AndTheStoreCanBeDisposed()
    {
        var log = new TestLog();
        var source = NpgsqlDataSource.Create(Server.ConnectionString);
        var store = new WebSoPostgreSqlInboxStore(source, new WebSoPostgreSqlOptions { Schema = Database.Schema }, logger: log);
        await store.OpenAsync(Token);

        await source.DisposeAsync();
        await Server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%{Database.Schema}%'");
        await Eventually.TrueAsync(() => log.Of("ListenFailed").Count > 0, "the listener's end is logged");
        var dispose = async () => await store.DisposeAsync();

        await dispose.Should().NotThrowAsync();
    }

    private string WithIsolation(string isolation) => Server.ConnectionString + $";Options=-c default_transaction_isolation={isolation}";

    private static async Task LiveAsync(WebSoPostgreSqlInboxStore store)
    {
        for (var i = 0; i < 20; i++)
        {
            var result = await store.AppendAsync(Delivery("1", key: Guid.NewGuid().ToString()), Token);
            store.MarkAnswered(result.Sighting);
            await store.PauseAsync("other", Token);
            while (!await HandleNextAsync(store) && (await store.EntryAsync(result.DeliveryId)).State != WebSoInboxState.Handled)
                await Task.Yield();
            await store.ListAsync(new WebSoInboxFilter { DocumentId = "1" }, 10, null, Token);
            await store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 500, Token);
            await store.ResumeAsync(null, Token);
        }
    }

    private static async Task<bool> HandleNextAsync(WebSoPostgreSqlInboxStore store)
    {
        var claims = (await store.ClaimAsync("", 1, Token)).Claims;
        foreach (var claim in claims)
        {
            await store.RenewAsync([claim], Token);
            await store.CompleteHandlerAsync(claim, "first", Token);
            await store.HandledAsync(claim);
        }

        return claims.Count > 0;
    }
}
