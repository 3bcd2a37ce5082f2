using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Accepting and handling cost the same however much is stored: no statement goes through the table. The statements are those that
// stand in the assembly, so that a new one is checked too; what is put together at run time, for operators, is not among them.
public sealed partial class QueryPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryStatement_IsServedByAnIndex()
    {
        var plans = await ExplainAsync();

        foreach (var (sql, plan) in plans.Where(entry => !entry.Key.EndsWith("ORDER BY first LIMIT 200", StringComparison.Ordinal)))
        {
            foreach (var step in plan)
                IsWholeTable().IsMatch(step).Should().BeFalse("{0} must not: {1}", sql, step);
        }
    }

    [Theory]
    [InlineData("WHERE document = ?1 AND repeat_key = ?2 ORDER BY seq DESC", "USING INDEX deliveries_document (document=? AND repeat_key=?)")]
    [InlineData("SELECT 1 FROM deliveries WHERE endpoint = ?1 AND document = ?2", "deliveries_queue (endpoint=? AND document=?)")]
    [InlineData("SELECT count(*), coalesce(sum(body_length)", "USING COVERING INDEX deliveries_malformed")]
    [InlineData("d.state = 0 AND d.due_at <= ?2 ORDER BY", "USING INDEX deliveries_due (endpoint=? AND due_at<?)")]
    [InlineData("SELECT count(*), min(received_at)", "USING INDEX deliveries_queue (endpoint=?)")]
    [InlineData("SELECT min(due_at)", "USING COVERING INDEX deliveries_due (endpoint=?)")]
    [InlineData("SELECT seq FROM deliveries WHERE endpoint = ?1 AND document = ?2", "deliveries_queue (endpoint=? AND document=?)")]
    [InlineData("UPDATE deliveries SET state = 0, due_at = ?2 WHERE endpoint = ?1 AND state = 2", "USING INDEX deliveries_handling (endpoint=?)")]
    [InlineData("SELECT 1 FROM deliveries WHERE endpoint = ?1 AND (typeof(state)", "USING INDEX deliveries_astray (endpoint=?)")]
    [InlineData("AND state = 5 ORDER BY seq DESC", "USING COVERING INDEX deliveries_unhandled (endpoint=?)")]
    [InlineData("AND state = 5 AND seq <= ?2 ORDER BY seq", "USING COVERING INDEX deliveries_unhandled (endpoint=? AND seq<?)")]
    [InlineData("AND settled_at <= ?3 AND last_seen_at", "USING INDEX deliveries_settled (endpoint=? AND state=? AND settled_at<?)")]
    public async Task QuestionOfAppendAndOfTheWorker_HasItsIndex_AndSortsNothing(string question, string index)
    {
        var plans = await ExplainAsync();

        var plan = plans.Should().ContainSingle(entry => entry.Key.Contains(question)).Subject.Value;

        plan.Should().Contain(step => step.Contains(index));
        plan.Should().NotContain(step => step.Contains("TEMP B-TREE"));
    }

    // SQLite compiles a statement anew after each Bind of a parameter that its plan looked at, such as that of a LIMIT.
    [Fact]
    public async Task EveryStatementOfAppendAndOfTheWorker_IsCompiledOnce()
    {
        using var folder = new TempFolder();
        using var connection = await CreateAsync(folder);

        foreach (var sql in Statements().Where(sql => !IsRare().IsMatch(sql)))
            CountCompilations(connection.Handle!, sql).Should().Be(1, sql);
    }

    // Such as SQLite makes for a list of more than two: each time the statement runs, and for the condition of an index too.
    [Fact]
    public async Task NoStatementOfAppendAndOfTheWorker_MakesATableOfItsOwn()
    {
        using var folder = new TempFolder();
        using var connection = await CreateAsync(folder);

        foreach (var sql in Statements().Where(sql => !IsRare().IsMatch(sql)))
            Explain(connection, "EXPLAIN " + sql, column: 1).Should().NotContain(["OpenEphemeral", "OpenAutoindex", "SorterOpen"], sql);
    }

    private static int CountCompilations(sqlite3 database, string sql)
    {
        const int Reprepared = 5; // SQLITE_STMTSTATUS_REPREPARE
        raw.sqlite3_prepare_v2(database, sql, out var statement).Should().Be(raw.SQLITE_OK);
        using (statement)
        {
            for (var run = 1; run <= 3; run++)
            {
                for (var i = 1; i <= raw.sqlite3_bind_parameter_count(statement); i++)
                    raw.sqlite3_bind_int(statement, i, run);
                _ = raw.sqlite3_step(statement);
                _ = raw.sqlite3_reset(statement);
            }

            return 1 + raw.sqlite3_stmt_status(statement, Reprepared, 0);
        }
    }

    private static async Task<Dictionary<string, List<string>>> ExplainAsync()
    {
        using var folder = new TempFolder();
        using var connection = await CreateAsync(folder);
        return Statements().ToDictionary(sql => sql, sql => Explain(connection, "EXPLAIN QUERY PLAN " + sql, column: 3));
    }

    private static async Task<SqliteConnection> CreateAsync(TempFolder folder)
    {
        await using (var store = new SqliteInboxStore(folder.File()))
            await store.OpenAsync(Token);

        var connection = new SqliteConnection($"Data Source={folder.File()};Pooling=False");
        connection.Open();
        return connection;
    }

    private static List<string> Explain(SqliteConnection connection, string sql, int column)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= 19; i++)
            command.Parameters.Add(new SqliteParameter($"?{i}", (object)0));
        using var rows = command.ExecuteReader();
        var plan = new List<string>();
        while (rows.Read())
            plan.Add(rows.GetString(column));
        return plan;
    }

    private static List<string> Statements()
    {
        using var file = new PEReader(File.OpenRead(typeof(SqliteInboxStore).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var statements = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            var text = metadata.GetUserString(handle);
            if (IsStatement().IsMatch(text) && !text.EndsWith(' '))
                statements.Add(text);
        }

        return statements;
    }

    [GeneratedRegex(@"^(SELECT|UPDATE|DELETE|INSERT)\b.*\b(deliveries|answered|minutes)\b", RegexOptions.Singleline)]
    private static partial Regex IsStatement();

    // Of the retention, and of a process that takes over: they are run now and then, and of many rows each.
    [GeneratedRegex(@"^DELETE FROM deliveries WHERE seq IN|^UPDATE deliveries SET state = 0, due_at = \?2 WHERE endpoint")]
    private static partial Regex IsRare();

    // A partial index that holds only what is asked for may be gone through.
    [GeneratedRegex(@"^SCAN (deliveries|d|answered|minutes)\b(?!.* INDEX deliveries_(handling|malformed)$)")]
    private static partial Regex IsWholeTable();
}
