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
        SkipWithoutLog();
        await CreateAsync();
        await FillAsync(Rows, "ANALYZE");
        await using (var store = await OpenLoggedAsync())
        {
            // Over and over, since a reader's plan is made anew for the first five times and then kept.
            for (var i = 0; i < 8; i++)
                await ReadAsync(store, await WriteAsync(store, i), i);
        }

        var ofTheTable = await ReadPlansAsync();
        ofTheTable.Should().Contain(plan => plan.Contains("FOR UPDATE OF d SKIP LOCKED", StringComparison.Ordinal) && plan.Contains("Index Scan using deliveries_due", StringComparison.Ordinal), "a claim goes by what is due");
        ofTheTable.Should().Contain(plan => plan.Contains("DELETE FROM", StringComparison.Ordinal) && plan.Contains("Index Scan using deliveries_settled", StringComparison.Ordinal), "a purge goes by what is settled");
        foreach (var plan in ofTheTable)
            Unbounded(plan).Should().BeEmpty("of {0}", plan);
    }

    // The worst that statistics can be: those of an empty table, which the plans were made with, and which no ANALYZE has replaced.
    [Theory]
    [InlineData(64)]
    [InlineData(0)]
    public async Task PlansOfAnEmptyTable_WithManyRows_GoByTheSameIndexes(int maxAutoPrepare)
    {
        SkipWithoutLog();
        await CreateAsync();
        await Server.ExecuteAsync($"ALTER TABLE {Deliveries} SET (autovacuum_enabled = false); ANALYZE {Deliveries}");
        await using var proxy = new CuttingProxy(Server.Port);
        await using (var store = await OpenLoggedAsync($"Port={proxy.Port};Max Auto Prepare={maxAutoPrepare}"))
        {
            for (var i = 0; i < 8; i++)
                await WriteAsync(store, i);
            await FillAsync(200_000, "SELECT count(*) FROM");
            for (var i = 8; i < 12; i++)
                await WriteAsync(store, i);

            // What is in doubt has a statement of its own.
            proxy.CutNextCommit();
            await store.AppendAsync(Delivery(key: "0", state: WebSoInboxState.Malformed), Token);
            proxy.CutNextCommit();
            await store.AppendAsync(Delivery(key: "in doubt"), Token);
        }

        var plans = await ReadPlansAsync();
        foreach (var plan in plans)
            OfAnotherIndex(plan).Should().BeEmpty("of {0}", plan);
        foreach (var index in s_conditions.Keys)
            plans.Should().Contain(plan => plan.Contains($" using {index} on ", StringComparison.Ordinal), "each index has its question");
        plans.Should().Contain(plan => plan.Contains("Index Scan Backward using deliveries_key", StringComparison.Ordinal), "of many rows with one key the last is found by one step");
    }

    // Rows that came together are claimed together: a page has room for the second version of most that it holds.
    [Fact]
    public async Task ClaimOfAFullPage_IsAHeapOnlyUpdate()
    {
        const int Events = 200;
        await using (var store = await Database.OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, Events).Select(i => store.AppendAsync(Delivery($"{i}", key: $"{i}"), Token).AsTask()));
            (await store.ClaimAsync("", Events, Token)).Claims.Should().HaveCount(Events);
        }

        await Eventually.TrueAsync(async () => await StatisticAsync("n_tup_upd") == Events, "all updates are told of");
        (await StatisticAsync("n_tup_hot_upd")).Should().BeGreaterThan(Events * 3 / 4);
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

    private static readonly Dictionary<string, string> s_conditions = new(StringComparer.Ordinal)
    {
        ["deliveries_pkey"] = "(seq ",
        ["deliveries_id"] = "(delivery_id = ",
        ["deliveries_key"] = "key_day ",
        ["deliveries_due"] = "(endpoint = ",
        ["deliveries_queue"] = "(queue_key = ",
        ["deliveries_settled"] = "(endpoint = ",
        ["deliveries_malformed"] = "(repeat_key = ",
        ["deliveries_unhandled"] = "(endpoint = ",
        ["answers_pkey"] = "(seq ",
        ["answers_runs"] = "(last_seq ",
    };

    // Each step of a plan that goes through a table otherwise than by an index with a condition on its first column. The bounded number of
    // malformed bodies is counted through an index of its own.
    private static IEnumerable<string> OfAnotherIndex(string plan)
    {
        var lines = plan.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!ScanOfATable().IsMatch(lines[i]) || lines[i].Contains("Index Only Scan using deliveries_malformed", StringComparison.Ordinal))
                continue;
            var index = IndexName().Match(lines[i]).Groups[1].Value;
            if (!s_conditions.TryGetValue(index, out var condition) || !lines[i + 1].Contains($"Index Cond: (", StringComparison.Ordinal)
                || !lines[i + 1].Contains(condition, StringComparison.Ordinal)
                || (index == "deliveries_key" && !lines[i + 1].Contains("repeat_key = ", StringComparison.Ordinal) && !lines[i + 1].Contains("key_day > ", StringComparison.Ordinal)))
            {
                yield return lines[i];
            }
        }
    }

    // Each step of a plan that goes through the table or an index without a condition on it. The bounded number of malformed bodies is
    // counted through an index of its own, and so is what waits.
    private static IEnumerable<string> Unbounded(string plan)
    {
        var lines = plan.Split('\n');
        var isBacklog = plan.Contains("count(*) FILTER", StringComparison.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (ScanOfATable().IsMatch(lines[i]) && !lines[i].Contains("deliveries_malformed", StringComparison.Ordinal)
                && !(isBacklog && BacklogIndex().IsMatch(lines[i]))
                && !(i + 1 < lines.Length && lines[i + 1].Contains("Index Cond:", StringComparison.Ordinal))
                && !(lines[i].Contains("Bitmap Heap Scan", StringComparison.Ordinal) && lines[i + 1].Contains("Recheck Cond:", StringComparison.Ordinal)))
            {
                yield return lines[i];
            }
        }
    }

    private void SkipWithoutLog() => Assert.SkipUnless(Server.CanRestart, "The server is not the tests' own, and its log is not theirs to read.");

    private async Task CreateAsync() => await (await Database.OpenAsync()).DisposeAsync();

    private Task<WebSoPostgreSqlInboxStore> OpenLoggedAsync(string settings = "")
    {
        var connection = new NpgsqlConnectionStringBuilder($"{Server.ConnectionString};{settings}")
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0",
        };
        return Database.OpenAsync(connection.ConnectionString, configure: options => options.UseNotifications = false);
    }

    // Handled events of nine days, as many as a busy inbox has, and a hundred that wait. The indexes are made afterwards: that is faster.
    private async Task FillAsync(int rows, string andThen)
    {
        var indexes = await Server.ReadAsync<string>($"SELECT string_agg(indexdef, ';') FROM pg_indexes WHERE schemaname = '{Database.Schema}' AND tablename = 'deliveries' AND indexname <> 'deliveries_pkey'");
        var names = await Server.ReadAsync<string>($"SELECT string_agg('{Database.Schema}.' || indexname, ',') FROM pg_indexes WHERE schemaname = '{Database.Schema}' AND tablename = 'deliveries' AND indexname <> 'deliveries_pkey'");
        var isAnalyzed = andThen == "ANALYZE";
        await Server.ExecuteAsync(
            $"""
            {(isAnalyzed ? $"DROP INDEX {names};" : "")}
            INSERT INTO {Deliveries} (seq, position, queue_key, due_at, settled_at, received_at, last_seen_at, delivery_id, repeat_key, key_day,
                sightings, body_length, state, endpoint, event, document, path, query, body)
            SELECT i, i, hashint8(i / 4), t, CASE WHEN n <= {rows - 100} THEN t END, t, t, gen_random_uuid(), gen_random_uuid(), floor(extract(epoch FROM t) / 86400),
                1, 2, CASE WHEN n <= {rows - 100} THEN 3 ELSE 0 END, '', 'USER_FINISH', (i / 4)::text, '/webso/events', '', ''
            FROM (
                SELECT n, nextval('{Database.Schema}.positions') AS i, clock_timestamp() - ({rows} - n) * interval '777600 seconds' / {rows} AS t
                FROM generate_series(1, {rows}) AS n) AS s;
            INSERT INTO {Database.Schema}.answers SELECT seq, 1 FROM {Deliveries} ON CONFLICT DO NOTHING;
            {(isAnalyzed ? indexes : "")};
            {andThen} {Deliveries};
            """);
    }

    // An entry goes on in lines that begin with a tab.
    private async Task<string[]> ReadPlansAsync() => [.. (await Server.ReadLogAsync())
        .Replace("\n\t", "\r", StringComparison.Ordinal)
        .Split('\n')
        .Where(entry => entry.Contains("plan:", StringComparison.Ordinal) && entry.Contains(Database.Schema, StringComparison.Ordinal))
        .Select(entry => entry.Replace('\r', '\n'))
        .Where(plan => ScanOfATable().IsMatch(plan))];

    private static async Task<Guid> WriteAsync(WebSoPostgreSqlInboxStore store, int round)
    {
        var id = await store.AppendAsync(Delivery($"new-{round}", key: $"{round}"));
        for (var i = 0; i < 3; i++)
            await store.AppendAsync(Delivery($"other-{round}-{i}"));
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
        await store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 500, Token);
        for (var i = 0; i < 2; i++)
            await store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled));
        (await store.TrimUnhandledAsync("", 1, long.MaxValue, Token)).Should().BePositive();
        return id;
    }

    private static async Task ReadAsync(WebSoPostgreSqlInboxStore store, Guid id, int round)
    {
        await store.GetBacklogAsync("", Token);
        await store.GetAsync(id, Token);
        await store.ListAsync(new WebSoInboxFilter { DocumentId = $"new-{round}" }, 10, null, Token);
    }

    private Task<long> StatisticAsync(string column) =>
        Server.ReadAsync<long>($"SELECT {column} FROM pg_stat_user_tables WHERE schemaname = '{Database.Schema}' AND relname = 'deliveries'");

    [GeneratedRegex("(Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan|Bitmap Index Scan).* on (deliveries|answers)")]
    private static partial Regex ScanOfATable();

    [GeneratedRegex("(Index Scan using|Bitmap Index Scan on) deliveries_queue")]
    private static partial Regex BacklogIndex();

    [GeneratedRegex(" using (\\w+) on ")]
    private static partial Regex IndexName();
}
