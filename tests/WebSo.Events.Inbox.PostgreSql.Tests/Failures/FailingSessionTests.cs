using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Sessions that end, wait, or get no connection.</summary>
public sealed class FailingSessionTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private string NamedConnection => new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = Database.Schema }.ConnectionString;

    [Fact]
    public async Task Sessions_TerminatedDuringWrites_StoreEachDeliveryOnce()
    {
        await using var engine = await Database.OpenAsync(NamedConnection);
        var appends = Enumerable.Range(0, 16).Select(client => Task.Run(
            async () =>
            {
                for (var i = 0; i < 30; i++)
                    await AppendAsync(engine, Delivery($"{client}", key: $"{client}-{i}"));
            },
            Token)).ToArray();

        var all = Task.WhenAll(appends);
        var terminated = 0L;
        while (!all.IsCompleted && terminated < 10)
            terminated += await Server.ReadAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND state = 'active'");
        await all;

        terminated.Should().BePositive();
        (await CountDeliveriesAsync()).Should().Be(480);
        (await Server.ReadAsync<long>($"SELECT count(*) FROM {Duplicates} WHERE count = 1")).Should().Be(480);
        await CheckInvariantsAsync();
    }

    // Npgsql detects this before it sends anything, and does not throw a database exception.
    [Fact]
    public void Session_ClosedByServer_IsUnavailable()
    {
        var dialect = CreateDialect(Time);
        using (var session = dialect.CreateSession(dialect.OpenWriter(canCreate: false)))
        {
            session.Connection.Close();

            var read = () => session.Query(DeliverySql.ReadLast, [], _ => { });

            dialect.Classify(read.Should().Throw<NpgsqlException>().Which).Should().Be(FailureKind.Unavailable);
        }

        dialect.Close();
    }

    [Fact]
    public async Task Sessions_TerminatedWhileIdle_ReconnectWithoutLog()
    {
        var log = new TestLog();
        await using var engine = await Database.OpenAsync(NamedConnection, log);
        await AppendAsync(engine, Delivery("1"));
        await engine.Reader.CountAsync(null, Token);
        await WaitForListenerAsync();
        (await TerminateAllAsync()).Should().BeGreaterThanOrEqualTo(3);

        await AppendAsync(engine, Delivery("2"));
        (await engine.Reader.CountAsync(null, Token)).Should().Contain(WebSoInboxState.Pending, 2);
        await WaitForListenerAsync();

        log.Entries.Should().BeEmpty();
    }

    [Theory]
    [InlineData("WriteFailed")]
    [InlineData("WriteRecovered")]
    public async Task Append_LoggerThrows_StoresEvent(string refused)
    {
        var log = new TestLog { Refused = [refused] };
        await using var engine = await Database.OpenAsync(NamedConnection, log);
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN ACCESS EXCLUSIVE MODE");
        var waiting = engine.AppendAsync(Delivery("1"), Token);
        await Eventually.TrueAsync(() => log.Messages("WriteFailed").Count > 0, "the failure is logged");
        await session.CommitAsync();

        (await waiting).IsDuplicate.Should().BeFalse();
        await Eventually.TrueAsync(() => log.Messages("WriteRecovered").Count > 0, "the recovery is logged");
        for (var i = 0; i < 3; i++)
            await AppendAsync(engine, Delivery("2"));
        (await CountDeliveriesAsync()).Should().Be(4);
    }

    [Fact]
    public async Task Open_PoolExhausted_WaitsAndReadFailsWithReason()
    {
        await using var source = NpgsqlDataSource.Create(NamedConnection + ";Maximum Pool Size=2;Timeout=1");
        await using var first = await source.OpenConnectionAsync(Token);
        var second = await source.OpenConnectionAsync(Token);
        var opening = Database.OpenAsync(source, configure: options => options.UseNotifications = false);
        await Task.WhenAny(opening, Task.Delay(TimeSpan.FromSeconds(1.5), Token));
        opening.IsCompleted.Should().BeFalse();
        await second.DisposeAsync();

        await using var engine = await opening;
        var read = () => engine.Reader.CountAsync(null, Token);

        await read.Should().ThrowAsync<WebSoInboxStoreException>().WithMessage("*can't be read*connection pool has been exhausted*");
        await AppendAsync(engine, Delivery());
    }

    [Fact]
    public async Task Append_LockedTable_LogsReasonAndContinues()
    {
        var log = new TestLog();
        await using var engine = await Database.OpenAsync(logger: log);
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN ACCESS EXCLUSIVE MODE");

        var waiting = engine.AppendAsync(Delivery(), Token);
        await Eventually.TrueAsync(() => log.Messages("WriteFailed").Count > 0, "the lock timeout is logged");
        waiting.IsCompleted.Should().BeFalse();
        await session.CommitAsync();

        (await waiting).IsDuplicate.Should().BeFalse();
        log.Messages("WriteFailed").Should().ContainSingle().Which.Should().Contain("Another session holds a lock");
    }

    // The writer holds the key and waits for the head. The other session holds the head and waits for the key. PostgreSQL cancels the
    // writer.
    [Fact]
    public async Task Append_Deadlock_IsRetriedWithoutLog()
    {
        var log = new TestLog();
        await using var engine = await Database.OpenAsync(logger: log);
        await AppendAsync(engine, Delivery("1", key: "a"));
        await AppendAsync(engine, Delivery("2", key: "b"));
        await Server.ExecuteAsync($"UPDATE {Duplicates} SET expires_at = received_at - interval '1 year'");
        await using var session = await Session.LockAsync(Server, $"SET LOCAL deadlock_timeout = '1min'; SELECT FROM {Pending} FOR UPDATE");

        var again = engine.AppendAsync(Delivery("1", key: "a"), Token);
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.ExecuteAsync($"SELECT FROM {Duplicates} FOR UPDATE");
        await session.CommitAsync();

        (await again).ReceiveCount.Should().Be(1);
        log.Messages("WriteFailed").Should().BeEmpty();
        (await Server.ReadLogAsync()).Should().Contain("deadlock detected");
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Append_KeyRemovedConcurrently_StoresDuplicate()
    {
        await using var engine = await Database.OpenAsync();
        var id = await AppendAsync(engine, Delivery(key: "a"));
        await using var session = await Session.LockAsync(Server, $"DELETE FROM {Duplicates}");

        var duplicate = engine.AppendAsync(Delivery(key: "a"), Token);
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        await session.CommitAsync();

        var result = await duplicate;
        result.IsDuplicate.Should().BeFalse();
        result.DeliveryId.Should().NotBe(id).And.NotBe(Guid.Empty);
        (await CountDeliveriesAsync()).Should().Be(2);
    }

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("remote_write", "on")]
    [InlineData("on", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task Transaction_SettingsOfRole_AreOverridden(string given, string used)
    {
        await Server.ExecuteAsync(
            $"""
            CREATE TABLE {Database.Schema}.seen (value text);
            CREATE FUNCTION {Database.Schema}.see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO {Database.Schema}.seen VALUES (concat_ws(' ', current_setting('synchronous_commit'), current_setting('lock_timeout'),
                    current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'))); RETURN NULL; END $$;
            CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON {Pending} FOR EACH ROW EXECUTE FUNCTION {Database.Schema}.see();
            CREATE ROLE {Database.Schema} LOGIN SUPERUSER;
            ALTER ROLE {Database.Schema} SET synchronous_commit = '{given}';
            ALTER ROLE {Database.Schema} SET lock_timeout = '1h';
            ALTER ROLE {Database.Schema} SET idle_in_transaction_session_timeout = '1h';
            ALTER ROLE {Database.Schema} SET default_transaction_read_only = on;
            """);
        try
        {
            await using var engine = await Database.OpenAsync(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Username = Database.Schema }.ConnectionString);
            await AppendAsync(engine, Delivery());
            await FinishAsync(engine, await ClaimOneAsync(engine), WebSoInboxState.Handled);
        }
        finally
        {
            await Server.ExecuteAsync($"DROP ROLE {Database.Schema}");
        }

        var seen = $"{used} 2s 15s 5s";
        (await Server.ReadAsync<string[]>($"SELECT array_agg(value) FROM {Database.Schema}.seen")).Should().Equal(seen, seen, seen);
    }

    private Task WaitForListenerAsync() => Eventually.TrueAsync(
        () => Server.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND query LIKE 'LISTEN%' AND state = 'idle')"),
        "the engine listens");

    private Task<long> TerminateAllAsync() =>
        Server.ReadAsync<long>($"SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = '{Database.Schema}'");
}
