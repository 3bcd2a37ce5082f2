using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Settings, locks, and data sources that others control.</summary>
public sealed class HostileSettingsTests(PostgreSqlServer server) : DatabaseTest(server)
{
    // A snapshot from before a lock was granted would not contain what the other instance has just committed.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task Append_StricterIsolation_StoresDuplicateOnce(string isolation)
    {
        await using var one = await Database.OpenAsync(WithIsolation(isolation));
        await using var two = await Database.OpenAsync(WithIsolation(isolation));

        for (var i = 0; i < 40; i++)
            await Task.WhenAll(one.AppendAsync(Delivery("1", key: $"{i}"), Token), two.AppendAsync(Delivery("1", key: $"{i}"), Token));

        (await CountDeliveriesAsync()).Should().Be(40);
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Pending} WHERE place = 0")).Should().Be(1, "a document has one head");
        await CheckInvariantsAsync();
    }

    // At a stricter isolation level, a concurrent commit would make this transaction fail instead of waiting.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task Pause_StricterIsolation_SucceedsWhileEndpointIsAdded(string isolation)
    {
        await using var engine = await Database.OpenAsync(WithIsolation(isolation));
        await using var session = await Session.LockAsync(Server, $"INSERT INTO {Database.Schema}.webso_endpoints VALUES ('new', 1, 0, now(), 0)");

        var pause = engine.PauseAsync("new", Token);
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.CommitAsync();
        await pause;

        (await engine.Reader.GetBacklogAsync("new", Token)).PausedEndpoints.Should().Equal("new");
    }

    // Runs each step of a delivery while another instance does the same.
    [Theory]
    [InlineData(@"repeatable\ read")]
    [InlineData("serializable")]
    public async Task Operations_StricterIsolation_WorkOnTwoInstances(string isolation)
    {
        var log = new TestLog();
        await using var one = await Database.OpenAsync(WithIsolation(isolation), log);
        await using var two = await Database.OpenAsync(WithIsolation(isolation), log);

        await Task.WhenAll(new[] { one, two }.Select(engine => Task.Run(() => RunAllOperationsAsync(engine), Token)));
        while (await HandleNextAsync(one))
        {
        }

        (await one.Reader.CountAsync(null, Token)).Should().BeEquivalentTo(new Dictionary<WebSoInboxState, long> { [WebSoInboxState.Handled] = 40 });
        log.Entries.Should().BeEmpty();
    }

    // No notification reports the end of the lock, and PollInterval can be an hour.
    [Fact]
    public async Task Claim_LockedRow_IsRepeatedSoon()
    {
        await AppendAsync(Delivery());
        await using var session = await Session.LockAsync(Server, $"SELECT FROM {Pending} FOR UPDATE");

        var claim = await Engine.ClaimAsync("", 10, Token);

        claim.Leases.Should().BeEmpty();
        claim.NextDue.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Open_EncodingNotUtf8_Fails()
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

    [Fact]
    public async Task Append_DataSourceDisposedEarly_LogsAndEngineCanBeClosed()
    {
        var log = new TestLog();
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = Database.Schema }.ConnectionString);
        var engine = await Database.OpenAsync(source, log);
        await source.DisposeAsync();
        await Server.ExecuteAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{Database.Schema}'");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var append = () => engine.AppendAsync(Delivery(), limit.Token);
        await append.Should().ThrowAsync<OperationCanceledException>();
        var close = async () => await engine.DisposeAsync();

        await close.Should().NotThrowAsync();
        log.Messages("WriteFailed").Should().NotBeEmpty();
    }

    private string WithIsolation(string isolation) => Server.ConnectionString + $";Options=-c default_transaction_isolation={isolation}";

    private static async Task RunAllOperationsAsync(InboxEngine engine)
    {
        for (var i = 0; i < 20; i++)
        {
            var id = await AppendAsync(engine, Delivery("1", key: Guid.NewGuid().ToString()));
            await engine.PauseAsync("other", Token);
            while (!await HandleNextAsync(engine) && (await engine.Reader.GetAsync(id, Token))!.Entry.State != WebSoInboxState.Handled)
                await Task.Yield();
            await engine.ListAsync(new WebSoInboxFilter { DocumentId = "1" }, 10, null, Token);
            await engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 500, Token);
            await engine.ResumeAsync(null, Token);
        }
    }

    private static async Task<bool> HandleNextAsync(InboxEngine engine)
    {
        var leases = await ClaimAsync(engine, 1);
        foreach (var lease in leases)
        {
            await engine.UpdateLeaseAsync(new LeaseUpdate(lease, LeaseUpdateKind.Renew) { Handlers = [new HandlerOutcome("first", DateTimeOffset.UtcNow, TimeSpan.Zero)] }, Token);
            await FinishAsync(engine, lease, WebSoInboxState.Handled);
        }

        return leases.Count > 0;
    }
}
