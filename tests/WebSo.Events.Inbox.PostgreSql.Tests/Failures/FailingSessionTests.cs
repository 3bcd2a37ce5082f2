using FluentAssertions;
using Npgsql;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Sessions that end, wait, or get none.</summary>
public sealed class FailingSessionTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private string NamedConnection => new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = Database.Schema }.ConnectionString;

    [Fact]
    public async Task TerminatedAmidItsWork_EachEventIsStoredOnce()
    {
        await using var store = await Database.OpenAsync(NamedConnection);
        var appends = Enumerable.Range(0, 16).Select(client => Task.Run(
            async () =>
            {
                for (var i = 0; i < 30; i++)
                    await store.AppendAsync(Delivery($"{client}", key: $"{client}-{i}"));
            },
            Token)).ToArray();

        var all = Task.WhenAll(appends);
        var terminated = 0L;
        while (!all.IsCompleted && terminated < 10)
            terminated += await Server.ReadAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND state = 'active'");
        await all;

        terminated.Should().BePositive();
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries} WHERE sightings = 1")).Should().Be(480);
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}")).Should().Be(480);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("WriteFailed,WriterFailed", false)]
    [InlineData("WriteRecovered", true)]
    public async Task LoggerThatThrows_EndsNeitherTheWriterNorMakesAStoredEventAFailedOne(string refused, bool isStored)
    {
        await using var store = await Database.OpenAsync(NamedConnection, new TestLog { Refused = refused.Split(',') });
        await store.AppendAsync(Delivery("1"), Token);
        await Server.ExecuteAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{Database.Schema}'");

        var first = async () => (await store.AppendAsync(Delivery("1"), TestContext.Current.CancellationToken)).Outcome;
        if (isStored)
            (await first.Should().NotThrowAsync()).Subject.Should().Be(WebSoInboxAppendOutcome.Stored);
        else
            await first.Should().ThrowAsync<WebSoInboxStoreException>();

        for (var i = 0; i < 3; i++)
            (await store.AppendAsync(Delivery("2"), Token)).Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Deliveries}")).Should().Be(isStored ? 5 : 4);
    }

    [Fact]
    public async Task PoolIsTaken_ACallWaits_AndGoesOn()
    {
        await using var source = NpgsqlDataSource.Create(Server.ConnectionString + ";Maximum Pool Size=2;Timeout=1");
        await using var store = await Database.OpenAsync(source, options => options.UseNotifications = false);
        var first = await source.OpenConnectionAsync(Token);
        var second = await source.OpenConnectionAsync(Token);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        var waited = () => store.AppendAsync(Delivery("1"), limit.Token).AsTask();
        await waited.Should().ThrowAsync<OperationCanceledException>();
        var waiting = store.AppendAsync(Delivery("2"), Token).AsTask();
        await first.DisposeAsync();

        (await waiting).Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        await second.DisposeAsync();
        (await store.ClaimAsync()).Should().Contain(claim => claim.DocumentId == "2");
    }

    [Fact]
    public async Task TableIsLocked_TheLogSaysSo_AndTheCallGoesOnAfterwards()
    {
        var log = new TestLog();
        await using var store = await Database.OpenAsync(logger: log);
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN ACCESS EXCLUSIVE MODE");

        var waiting = store.AppendAsync(Delivery(), Token).AsTask();
        await Eventually.TrueAsync(() => log.Of("HeldUp").Count > 0, "the lock timeout is logged");
        waiting.IsCompleted.Should().BeFalse();
        await session.CommitAsync();

        (await waiting).Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        log.Of("HeldUp").Should().ContainSingle();
        log.Of("WriteFailed").Should().BeEmpty();
    }

    // The writer holds the lock of the queue and waits for the row; the other holds the row and waits for the lock. The writer loses.
    [Fact]
    public async Task Deadlock_IsTriedAgain()
    {
        var log = new TestLog();
        await using var store = await Database.OpenAsync(logger: log);
        var id = await store.AppendAsync(Delivery(key: "a"));
        await using var session = await Session.LockAsync(Server, $"SET LOCAL deadlock_timeout = '1min'; SELECT FROM {Deliveries} FOR UPDATE");

        var repeat = store.AppendAsync(Delivery(key: "a"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.ExecuteAsync($"SELECT pg_advisory_xact_lock(queue_key) FROM {Deliveries}");
        await session.CommitAsync();

        (await repeat).Sighting.Number.Should().Be(2);
        log.Of("WriteFailed").Should().ContainSingle().Which.Text.Should().Contain("deadlock detected");
        (await store.EntryAsync(id)).Sightings.Should().Be(2);
    }

    [Fact]
    public async Task RowRemovedWhileItsRepeatComes_TheRepeatIsStored()
    {
        await using var store = await Database.OpenAsync();
        var id = await store.AppendAsync(Delivery(key: "a"));
        await using var session = await Session.LockAsync(Server, $"DELETE FROM {Deliveries}");

        var repeat = store.AppendAsync(Delivery(key: "a"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.CommitAsync();

        var result = await repeat;
        result.Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);
        result.DeliveryId.Should().NotBe(id).And.NotBe(Guid.Empty);
        (await store.EntryAsync(result.DeliveryId)).Sightings.Should().Be(1);
    }

    [Fact]
    public async Task TenInstancesOpenAtOnce_CreateTheSchemaOnce()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Database.OpenAsync(Server.ConnectionString + ";Maximum Pool Size=3"), Token)));

        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Database.Schema}.schema_version")).Should().Be(1);
        foreach (var store in stores)
        {
            await store.AppendAsync(Delivery());
            await store.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("remote_write", "on")]
    [InlineData("on", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task SynchronousCommit_IsOnlyMadeStronger(string given, string used)
    {
        await (await Database.OpenAsync()).DisposeAsync();
        await Server.ExecuteAsync(
            $"""
            CREATE TABLE {Database.Schema}.seen (value text);
            CREATE FUNCTION {Database.Schema}.see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO {Database.Schema}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON {Deliveries} FOR EACH ROW EXECUTE FUNCTION {Database.Schema}.see();
            CREATE ROLE {Database.Schema} LOGIN SUPERUSER;
            ALTER ROLE {Database.Schema} SET synchronous_commit = '{given}';
            """);
        try
        {
            await using var store = await Database.OpenAsync(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Username = Database.Schema }.ConnectionString);
            await store.AppendAsync(Delivery());
            await store.HandledAsync(await store.ClaimOneAsync());
        }
        finally
        {
            await Server.ExecuteAsync($"DROP ROLE {Database.Schema}");
        }

        (await Server.ReadAsync<string[]>($"SELECT array_agg(value) FROM {Database.Schema}.seen")).Should().Equal(used, used, used);
    }
}
