using System.Text.RegularExpressions;
using FluentAssertions;
using Npgsql;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>
/// Accepting, handling and removal cost the same however much is stored. The plans are those that the server used, as its auto_explain
/// writes them to the log.
/// </summary>
public sealed partial class QueryPlanTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private const int Rows = 1_000_000;

    [Fact]
    public async Task WithAMillionRows_EveryStatementGoesByAnIndex()
    {
        Assert.SkipUnless(Server.CanRestart, "The server is not the tests' own, and its log is not theirs to read.");
        await FillAsync();
        var settings = new NpgsqlConnectionStringBuilder(Server.ConnectionString)
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0",
        };
        await using (var store = await Database.OpenAsync(settings.ConnectionString, configure: options => options.UseNotifications = false))
        {
            // Over and over, since a plan is made anew for the first five times and then kept.
            for (var i = 0; i < 8; i++)
                await UseAsync(store, i);
        }

        var ofTheTable = (await ReadPlansAsync()).Where(plan => plan.Contains(" on deliveries", StringComparison.Ordinal)).ToArray();
        ofTheTable.Should().Contain(plan => plan.Contains("FOR UPDATE OF d SKIP LOCKED", StringComparison.Ordinal) && plan.Contains("Index Scan using deliveries_due", StringComparison.Ordinal), "a claim goes by what is due");
        ofTheTable.Should().Contain(plan => plan.Contains("DELETE FROM", StringComparison.Ordinal) && plan.Contains("Index Scan using deliveries_settled", StringComparison.Ordinal), "a purge goes by what is settled");
        foreach (var plan in ofTheTable)
            Unbounded(plan).Should().BeEmpty("of {0}", plan);
    }

    // As many updates as can be touch no index: those of a claim, its renewal and its progress. What changes the state can't.
    [Fact]
    public async Task ClaimRenewalAndProgress_AreHeapOnlyUpdates()
    {
        const int Events = 100;
        await using (var store = await Database.OpenAsync())
        {
            for (var i = 0; i < Events; i++)
                await store.AppendAsync(Delivery($"{i}", key: $"{i}"));
            for (var i = 0; i < Events; i++)
            {
                var claim = (await store.ClaimAsync(1))[0];
                await store.RenewAsync([claim], Token);
                await store.CompleteHandlerAsync(claim, "first", Token);
                await store.HandledAsync(claim);
            }
        }

        // Sessions tell what they did at their end.
        await Eventually.TrueAsync(async () => await StatisticAsync("n_tup_upd") == 4 * Events, "all updates are told of");
        (await StatisticAsync("n_tup_hot_upd")).Should().BeGreaterThan(2 * Events, "three of four are, but where a page is full; were one kind of them none, it would be two");
    }

    // Each step of a plan that goes through the table or an index without a condition on it. The bounded number of malformed bodies is
    // counted through an index of its own.
    private static IEnumerable<string> Unbounded(string plan)
    {
        var lines = plan.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (ScanOfTheTable().IsMatch(lines[i]) && !lines[i].Contains("deliveries_malformed", StringComparison.Ordinal)
                && !(i + 1 < lines.Length && lines[i + 1].Contains("Index Cond:", StringComparison.Ordinal))
                && !(lines[i].Contains("Bitmap Heap Scan", StringComparison.Ordinal) && lines[i + 1].Contains("Recheck Cond:", StringComparison.Ordinal)))
            {
                yield return lines[i];
            }
        }
    }

    // Handled events of nine days, as many as a busy inbox has, and a hundred that wait. The indexes are made afterwards: that is faster.
    private async Task FillAsync()
    {
        await (await Database.OpenAsync()).DisposeAsync();
        var indexes = await Server.ReadAsync<string>($"SELECT string_agg(indexdef, ';') FROM pg_indexes WHERE schemaname = '{Database.Schema}' AND tablename = 'deliveries' AND indexname <> 'deliveries_pkey'");
        var names = await Server.ReadAsync<string>($"SELECT string_agg('{Database.Schema}.' || indexname, ',') FROM pg_indexes WHERE schemaname = '{Database.Schema}' AND tablename = 'deliveries' AND indexname <> 'deliveries_pkey'");
        await Server.ExecuteAsync(
            $"""
            DROP INDEX {names};
            INSERT INTO {Deliveries} (seq, position, queue_key, due_at, settled_at, received_at, last_seen_at, delivery_id, repeat_key, key_day,
                sightings, body_length, state, endpoint, event, document, path, query, body)
            SELECT i, i, hashint8(i / 4), t, CASE WHEN i <= {Rows - 100} THEN t END, t, t, gen_random_uuid(), gen_random_uuid(), floor(extract(epoch FROM t) / 86400),
                1, 2, CASE WHEN i <= {Rows - 100} THEN 3 ELSE 0 END, '', 'USER_FINISH', (i / 4)::text, '/webso/events', '', ''
            FROM (SELECT i, clock_timestamp() - ({Rows} - i) * interval '0.7776 seconds' AS t FROM generate_series(1, {Rows}) AS i) AS s;
            SELECT setval('{Database.Schema}.positions', {Rows});
            {indexes};
            ANALYZE {Deliveries};
            """);
    }

    // An entry goes on in lines that begin with a tab.
    private async Task<IEnumerable<string>> ReadPlansAsync() => (await Server.ReadLogAsync())
        .Replace("\n\t", "\r", StringComparison.Ordinal)
        .Split('\n')
        .Where(entry => entry.Contains("plan:", StringComparison.Ordinal) && entry.Contains(Database.Schema, StringComparison.Ordinal))
        .Select(entry => entry.Replace('\r', '\n'));

    private static async Task UseAsync(WebSoPostgreSqlInboxStore store, int round)
    {
        var id = await store.AppendAsync(Delivery($"new-{round}", key: $"{round}"));
        await store.AppendAsync(Delivery($"new-{round}"));
        var repeat = await store.AppendAsync(Delivery($"new-{round}", key: $"{round}"), Token);
        store.MarkAnswered(repeat.Sighting);
        await store.AppendAsync(Delivery(key: $"{round % 2}", state: WebSoInboxState.Malformed), Token);
        var claims = await store.ClaimAsync(4);
        await store.RenewAsync(claims, Token);
        await store.CompleteHandlerAsync(claims[0], "first", Token);
        await store.HandledAsync(claims[0]);
        await store.RetryAsync(claims[1], TimeSpan.FromHours(1), "later", Token);
        await store.ReleaseAsync(claims[2], Token);
        await store.FinishAsync(claims[3], WebSoInboxState.DeadLetter, "given up", Token);
        (await store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 500, Token)).Should().Be(500);
        await store.GetBacklogAsync("", Token);
        await store.GetAsync(id, Token);
        await store.ListAsync(new WebSoInboxFilter { DocumentId = $"new-{round}" }, 10, null, Token);
    }

    private Task<long> StatisticAsync(string column) =>
        Server.ReadAsync<long>($"SELECT {column} FROM pg_stat_user_tables WHERE schemaname = '{Database.Schema}' AND relname = 'deliveries'");

    [GeneratedRegex("(Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan|Bitmap Index Scan).* on deliveries")]
    private static partial Regex ScanOfTheTable();
}
