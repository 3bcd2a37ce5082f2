using System.Text.RegularExpressions;
using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>
/// Storing, handling, and purging must not become slower with more rows. Checks the plans that auto_explain writes to the server log.
/// </summary>
public sealed partial class QueryPlanTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private const int Rows = 100_000;

    // The first column of each index. A step that uses an index without a condition on this column reads the whole index.
    private static readonly Dictionary<string, string> s_conditions = new(StringComparer.Ordinal)
    {
        ["webso_deliveries_pkey"] = "sequence",
        ["webso_deliveries_id"] = "delivery_id",
        ["webso_deliveries_document"] = "document",
        ["webso_deliveries_received"] = "received_at",
        ["webso_pending_pkey"] = "sequence",
        ["webso_pending_queue"] = "endpoint",
        ["webso_pending_due"] = "endpoint",
        ["webso_outcomes_pkey"] = "sequence",
        ["webso_outcomes_state"] = "endpoint",
        ["webso_duplicates_pkey"] = "duplicate_key",
        ["webso_duplicates_expires"] = "expires_at",
    };

    [Fact]
    public async Task Indexes_WithoutPrimaryKeys_AreSeven()
    {
        var indexes = await Server.ReadAsync<string[]>($"SELECT array_agg(indexname::text) FROM pg_indexes WHERE schemaname = '{Database.Schema}' AND tablename <> 'webso_endpoints'");

        indexes.Should().BeEquivalentTo(s_conditions.Keys);
        indexes.Count(name => !name.EndsWith("_pkey", StringComparison.Ordinal)).Should().Be(7);
    }

    [Fact]
    public async Task QueryPlan_ManyRows_UsesIndexes()
    {
        SkipWithoutLog();
        await FillAsync(Rows, "ANALYZE");
        await using (var engine = await OpenLoggedAsync())
        {
            // Repeat, because PostgreSQL makes new plans for the first five executions and then keeps a generic plan.
            for (var i = 0; i < 8; i++)
                await ReadAsync(engine, await WriteAsync(engine, i), i);
        }

        var plans = await ReadPlansAsync();
        plans.Should().Contain(plan => plan.Contains("SKIP LOCKED", StringComparison.Ordinal) && plan.Contains("Index Scan using webso_pending_due", StringComparison.Ordinal));
        Unbounded(plans).Should().BeEmpty();
    }

    // The worst case: the plans were made for empty tables, and no ANALYZE has updated the statistics.
    [Theory]
    [InlineData(64)]
    [InlineData(0)]
    public async Task QueryPlan_MadeForEmptyTables_UsesIndexes(int maxAutoPrepare)
    {
        SkipWithoutLog();
        foreach (var table in (string[])["deliveries", "pending", "outcomes", "duplicates"])
            await Server.ExecuteAsync($"ALTER TABLE {Database.Schema}.webso_{table} SET (autovacuum_enabled = false); ANALYZE {Database.Schema}.webso_{table}");
        await using (var engine = await OpenLoggedAsync($"Max Auto Prepare={maxAutoPrepare}"))
        {
            for (var i = 0; i < 8; i++)
                await WriteAsync(engine, i);
            await FillAsync(Rows, "");
            for (var i = 8; i < 12; i++)
                await WriteAsync(engine, i);
        }

        // Excludes the statements of operators. They can use any index until the first ANALYZE, and the test above checks their plans.
        string[] ofOperators = ["SET place = sequence", "written_at = $1, interruptions = 0", "SET superseded_at = $1", "length(handler) = 0 AND superseded_at IS NULL RETURNING"];
        var plans = (await ReadPlansAsync()).Where(plan => !Array.Exists(ofOperators, text => plan.Contains(text, StringComparison.Ordinal))).ToArray();
        plans.Should().NotBeEmpty();
        Unbounded(plans).Should().BeEmpty();
    }

    // Groups plans by the text of the query, without the name of the schema.
    private Dictionary<string, string> Unbounded(IEnumerable<string> plans) => plans
        .Where(plan => Unbounded(plan).Any())
        .GroupBy(plan => plan[plan.IndexOf("Query Text", StringComparison.Ordinal)..].Split('\n')[0])
        .ToDictionary(same => same.Key, same => same.First().Replace(Database.Schema, "s", StringComparison.Ordinal));

    // Finds steps that read a table without an index condition on the first column.
    private static IEnumerable<string> Unbounded(string plan)
    {
        var lines = plan.Split('\n');

        // Allowed: the backlog is counted, and the last sequence, the next due rows, and the oldest row are at one end of an index.
        if (plan.Contains("count(CASE", StringComparison.Ordinal))
            yield break;
        for (var i = 0; i < lines.Length; i++)
        {
            if (!ScanOfATable().IsMatch(lines[i]) || lines[i].Contains("Bitmap Heap Scan", StringComparison.Ordinal))
                continue;
            var index = IndexName().Match(lines[i]).Groups[1].Value;
            if (!s_conditions.TryGetValue(index, out var column) || i + 1 >= lines.Length
                || !lines[i + 1].Contains("Index Cond:", StringComparison.Ordinal) || !lines[i + 1].Contains($"({column} ", StringComparison.Ordinal))
            {
                if (!IsOrdered(plan))
                    yield return lines[i];
            }
        }
    }

    // Follows the order of an index and ends after a few rows: the oldest pending row, the last row, or a page of a list.
    private static bool IsOrdered(string plan) =>
        plan.Contains("ORDER BY p.sequence LIMIT 1", StringComparison.Ordinal) || plan.Contains("SELECT max(sequence)", StringComparison.Ordinal);

    private void SkipWithoutLog() => Assert.SkipUnless(Server.CanRestart, "The tests did not start this server, so they can't read its log.");

    private Task<InboxEngine> OpenLoggedAsync(string settings = "")
    {
        var connection = new NpgsqlConnectionStringBuilder($"{Server.ConnectionString};{settings}")
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0",
        };
        return Database.OpenAsync(connection.ConnectionString, configure: options => options.UseNotifications = false);
    }

    // Handled deliveries of nine days, and a tenth as many that are pending until tomorrow.
    private Task FillAsync(int rows, string andThen) => Server.ExecuteAsync(
        $"""
        INSERT INTO {Deliveries}(delivery_id, endpoint, document, event, received_at, duplicate_key, context, body)
        SELECT gen_random_uuid(), '', 'old-' || n / 4, 'USER_FINISH', clock_timestamp() - ({rows} - n) * interval '777600 seconds' / {rows},
            uuid_send(gen_random_uuid()), '"a":1', '' FROM generate_series(1, {rows}) AS n;
        INSERT INTO {Database.Schema}.webso_outcomes(sequence, run, handler, endpoint, state, ended_at, attempts, duration)
            SELECT sequence, 1, h, '', 2, received_at, 1, 1 FROM {Deliveries}, unnest(ARRAY['', 'archive']) AS h WHERE document LIKE 'old-%' AND sequence % 10 <> 0;
        INSERT INTO {Pending}(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, interruptions)
            SELECT sequence, '', 'old-' || sequence, 0, now() + interval '1 day', now(), 0, 1, 0, 0 FROM {Deliveries} WHERE document LIKE 'old-%' AND sequence % 10 = 0;
        INSERT INTO {Duplicates} SELECT duplicate_key, delivery_id, received_at, received_at + interval '1 day', received_at, 1 FROM {Deliveries} WHERE document LIKE 'old-%';
        {andThen};
        """);

    // Continuation lines of a log entry start with a tab.
    private async Task<string[]> ReadPlansAsync() => [.. (await Server.ReadLogAsync())
        .Replace("\n\t", "\r", StringComparison.Ordinal)
        .Split('\n')
        .Where(entry => entry.Contains("plan:", StringComparison.Ordinal) && entry.Contains(Database.Schema, StringComparison.Ordinal))
        .Select(entry => entry.Replace('\r', '\n'))
        .Where(plan => ScanOfATable().IsMatch(plan))];

    private static async Task<Guid> WriteAsync(InboxEngine engine, int round)
    {
        var id = await AppendAsync(engine, Delivery($"new-{round}", key: $"{round}"));
        for (var i = 0; i < 3; i++)
            await AppendAsync(engine, Delivery($"other-{round}-{i}"));
        await AppendAsync(engine, Delivery($"new-{round}"));
        await engine.AppendAsync(Delivery($"new-{round}", key: $"{round}"), Token);
        await engine.AppendAsync(Delivery(key: $"{round % 2}", state: WebSoInboxState.Malformed), Token);
        var leases = await ClaimAsync(engine, 4);
        await engine.UpdateLeaseAsync(new LeaseUpdate(leases[0], LeaseUpdateKind.Renew) { Handlers = [new HandlerOutcome("first", DateTimeOffset.UtcNow, TimeSpan.Zero)] }, Token);
        await FinishAsync(engine, leases[0], WebSoInboxState.Handled);
        await engine.UpdateLeaseAsync(new LeaseUpdate(leases[1], LeaseUpdateKind.Retry) { Error = "again" }, Token);
        await engine.UpdateLeaseAsync(new LeaseUpdate(leases[2], LeaseUpdateKind.Release), Token);
        await FinishAsync(engine, leases[3], WebSoInboxState.DeadLetter, "given up");
        foreach (var deadLetter in await engine.Reader.ReadAsync(static (session, _) => DeadLetter.Read(session, "", 0, 100), Token))
            await engine.RecordCallAsync(deadLetter, "", TimeSpan.Zero);
        foreach (var lease in await ClaimAsync(engine, 10))
            await FinishAsync(engine, lease, WebSoInboxState.Handled);
        await ReplayAsync(engine, round);
        await engine.ReplayAsync(new WebSoInboxFilter { DeliveryId = id }, static _ => null, Token);
        await engine.DiscardAsync(new WebSoInboxFilter { DeliveryId = id }, Token);
        await engine.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 500, Token);
        await engine.PurgeDuplicatesAsync(500, Token);
        await engine.Reader.HasDueAsync("", Token);
        await engine.EraseAsync(null, $"other-{round}-0", Token);
        return id;
    }

    // Covers a dead letter that holds its document, an earlier delivery before a later one, and a delivery that waits for a retry.
    private static async Task ReplayAsync(InboxEngine engine, int round)
    {
        var document = $"replayed-{round}";
        await AppendAsync(engine, Delivery(document));
        await FinishAsync(engine, await ClaimOneAsync(engine, document), WebSoInboxState.DeadLetter, "given up", holdsDocument: true);
        await engine.ReplayAsync(new WebSoInboxFilter { DocumentId = document }, static _ => null, Token);
        await FinishAsync(engine, await ClaimOneAsync(engine, document), WebSoInboxState.Handled);
        await AppendAsync(engine, Delivery(document));
        await engine.UpdateLeaseAsync(new LeaseUpdate(await ClaimOneAsync(engine, document), LeaseUpdateKind.Retry) { Error = "again", Delay = TimeSpan.FromHours(1) }, Token);
        (await engine.ReplayAsync(new WebSoInboxFilter { DocumentId = document }, static _ => null, Token)).Should().Be(1);
        for (var i = 0; i < 2; i++)
            await FinishAsync(engine, await ClaimOneAsync(engine, document), WebSoInboxState.Handled);
    }

    private static async Task<Lease> ClaimOneAsync(InboxEngine engine, string document) =>
        (await ClaimAsync(engine, 100)).Should().ContainSingle(lease => lease.DocumentId == document).Subject;

    private static async Task ReadAsync(InboxEngine engine, Guid id, int round)
    {
        await engine.Reader.GetBacklogAsync("", Token);
        await engine.Reader.GetAsync(id, Token);
        foreach (var filter in Filters(id, $"new-{round}"))
            await engine.ListAsync(filter, 10, null, Token);
    }

    private static IEnumerable<WebSoInboxFilter> Filters(Guid id, string document)
    {
        var longAgo = DateTimeOffset.UtcNow - TimeSpan.FromDays(5);
        foreach (var state in new WebSoInboxState?[] { null, WebSoInboxState.Pending, WebSoInboxState.Handling, WebSoInboxState.Handled, WebSoInboxState.DeadLetter })
        {
            var filter = new WebSoInboxFilter { State = state };
            yield return filter with { DeliveryId = id };
            yield return filter with { DocumentId = document };
            yield return filter with { EndpointName = "" };
            yield return filter with { ReceivedFrom = longAgo, ReceivedBefore = longAgo + TimeSpan.FromSeconds(30) };
            yield return filter with { EventName = "USER_FINISH", ReceivedFrom = longAgo, ReceivedBefore = longAgo + TimeSpan.FromSeconds(30) };
            yield return filter;
        }
    }

    [GeneratedRegex(@"(Seq Scan|Index Scan|Index Only Scan|Bitmap Heap Scan|Bitmap Index Scan).* on (webso_(deliveries|pending|outcomes|duplicates)\b|webso_\w+_(pkey|id|document|received|queue|due|state|expires))")]
    private static partial Regex ScanOfATable();

    [GeneratedRegex(@"(?: using | Index Scan on )(\w+)")]
    private static partial Regex IndexName();
}
