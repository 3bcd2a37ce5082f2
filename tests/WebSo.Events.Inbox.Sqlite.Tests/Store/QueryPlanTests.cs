using System.Reflection;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Storing and handling must not become slower with more rows, so no statement scans a large table. Covers all static statements of the
// engine, but not the search statements that are built at run time.
public sealed partial class QueryPlanTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDialect _dialect;

    public QueryPlanTests() => _dialect = new SqliteDialect(new SqliteFile(_folder.File()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task QueryPlan_EachStatement_UsesIndex()
    {
        using var connection = await CreateAsync();

        foreach (var (name, statement) in Statements().Where(entry => !IsRare().IsMatch(entry.Name)))
        {
            foreach (var step in SqlSession.TextsOf(_dialect, statement).SelectMany(text => Explain(connection, "EXPLAIN QUERY PLAN " + text, statement, column: 3)))
                IsWholeTable().IsMatch(step).Should().BeFalse("{0} must not: {1}", name, step);
        }
    }

    // SQLite recompiles a statement when a bound parameter influenced its plan, such as a LIMIT. The statements with such a parameter
    // process many deliveries at once.
    [Fact]
    public async Task Execute_HotStatementAgain_DoesNotRecompile()
    {
        using var connection = await CreateAsync();

        foreach (var (name, statement) in Statements().Where(entry => !IsRare().IsMatch(entry.Name) && !entry.Statement.Text.Contains("LIMIT @count", StringComparison.Ordinal)))
        {
            foreach (var text in SqlSession.TextsOf(_dialect, statement))
                CountCompilations(connection.Handle!, text).Should().Be(1, name);
        }
    }

    // A search must start with the most selective index.
    [Theory]
    [InlineData("id", null, "d", "webso_deliveries_id")]
    [InlineData("id", WebSoInboxState.Handled, "d", "webso_deliveries_id")]
    [InlineData("document", null, "d", "webso_deliveries_document")]
    [InlineData("document", WebSoInboxState.Pending, "d", "webso_deliveries_document")]
    [InlineData("document", WebSoInboxState.DeadLetter, "d", "webso_deliveries_document")]
    [InlineData("endpoint", WebSoInboxState.DeadLetter, "o", "webso_outcomes_state")]
    [InlineData("time", WebSoInboxState.DeadLetter, "o", "webso_outcomes_state")]
    [InlineData("nothing", WebSoInboxState.DeadLetter, "o", "webso_outcomes_state")]
    [InlineData("nothing", WebSoInboxState.Pending, "p", "INTEGER PRIMARY KEY")]
    [InlineData("time", null, "d", "INTEGER PRIMARY KEY")]
    public async Task Search_SeveralFilters_StartsWithMostSelectiveIndex(string by, WebSoInboxState? state, string table, string index)
    {
        using var connection = await CreateAsync();
        using var session = new RecordingSession(_dialect, connection);
        session.Execute("INSERT INTO webso_deliveries VALUES (1, x'00112233445566778899AABBCCDDEEFF', '', '1', 'a', 0, NULL, '{}', x'')");
        var filter = new WebSoInboxFilter
        {
            State = state,
            DeliveryId = by == "id" ? Guid.NewGuid() : null,
            DocumentId = by == "document" ? "1" : null,
            EndpointName = by == "endpoint" ? "" : null,
            ReceivedBefore = by == "time" ? DateTimeOffset.UtcNow : null,
        };

        new DeliveryFilter(filter, DateTime.UtcNow).Query(session, long.MaxValue, 10, isDescending: true, (_, _) => { });

        var search = session.Queries.Last();
        Explain(connection, "EXPLAIN QUERY PLAN " + search.Text, search, column: 3)[0].Should().StartWith($"SEARCH {table} ").And.Contain(index);
        session.Queries.Contains(DeliverySql.FindReceived).Should().Be(by == "time");
    }

    // Sorting a million pending rows took seconds.
    [Fact]
    public async Task Backlog_ManyPending_FindsOldestWithoutSorting()
    {
        using var connection = await CreateAsync();

        Explain(connection, "EXPLAIN QUERY PLAN " + DeliverySql.ReadOldest.Text, DeliverySql.ReadOldest, column: 3).Should().NotContain(step => step.Contains("TEMP B-TREE"));
    }

    [Fact]
    public void Statements_OfEngine_AreFound() => Statements().Should().HaveCountGreaterThan(30);

    private static int CountCompilations(sqlite3 database, string sql)
    {
        const int Reprepared = 5; // SQLITE_STMTSTATUS_REPREPARE
        raw.sqlite3_prepare_v2(database, sql, out var statement).Should().Be(raw.SQLITE_OK, sql);
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

    private async Task<SqliteConnection> CreateAsync()
    {
        await using (var engine = new InboxEngine(_dialect, TimeProvider.System, NullLogger.Instance))
            await engine.OpenAsync(TestContext.Current.CancellationToken);

        var connection = new SqliteConnection($"Data Source={_folder.File()};Pooling=False");
        connection.Open();
        return connection;
    }

    private static List<string> Explain(SqliteConnection connection, string sql, SqlStatement statement, int column)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in statement.Parameters.Concat(statement.Row))
            command.Parameters.AddWithValue("@" + parameter.Name, 0L);
        using var rows = command.ExecuteReader();
        var plan = new List<string>();
        while (rows.Read())
            plan.Add(rows.GetString(column));
        return plan;
    }

    // Excludes the statement that only databases with row locks execute.
    private static List<(string Name, SqlStatement Statement)> Statements() =>
    [
        .. typeof(InboxEngine).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(InboxEngine).Namespace)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(SqlStatement) && field.Name != nameof(AppendSql.LockHeads))
            .Select(field => (field.Name, (SqlStatement)field.GetValue(null)!)),
    ];

    // Excludes statements that count, that read all leases at the start or after a clock step, or that read the few rows of
    // webso_endpoints. Also excludes one that ends at the first row in table order, which another test checks.
    [GeneratedRegex("^(Count.*|ReadOldest|SizeOfState|ReleaseToken|EndAll|RestartAll|MakeDue|ReadEndpoints)$")]
    private static partial Regex IsRare();

    [GeneratedRegex(@"^SCAN (webso_(deliveries|pending|outcomes|duplicates)|d|p|o|k|w)\b(?! USING COVERING INDEX)")]
    private static partial Regex IsWholeTable();

    private sealed class RecordingSession(SqliteDialect dialect, SqliteConnection connection) : SqlSession(dialect, connection)
    {
        private readonly SqlSession _inner = dialect.CreateSession(connection);

        public List<SqlStatement> Queries { get; } = [];

        public override void Begin() => throw new NotSupportedException();

        public override void Commit() => throw new NotSupportedException();

        public override void RollBack() => throw new NotSupportedException();

        public override int Execute(SqlStatement statement, params object?[] parameters) => throw new NotSupportedException();

        public override void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read)
        {
            Queries.Add(statement);
            _inner.Query(statement, parameters, read);
        }

        public override void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null) =>
            _inner.ExecuteRows(statement, parameters, rows, read);

        protected override void Dispose(bool isDisposing)
        {
            _inner.Dispose();
            base.Dispose(isDisposing);
        }
    }
}
