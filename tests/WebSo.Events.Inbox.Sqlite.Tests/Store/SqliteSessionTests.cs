using FluentAssertions;
using Microsoft.Data.Sqlite;
using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class SqliteSessionTests : IDisposable
{
    private static readonly SqlColumn s_number = new("number", SqlType.Number);
    private static readonly SqlColumn s_text = new("text", SqlType.Text);
    private static readonly SqlColumn s_bytes = new("bytes", SqlType.Bytes);

    private static readonly SqlStatement s_insert = new("INSERT INTO t(number, text, bytes) VALUES (@number, @text, @bytes)") { Row = [s_number, s_text, s_bytes] };
    private static readonly SqlStatement s_read = new("SELECT number, text, bytes FROM t ORDER BY number");

    private readonly TempFolder _folder = new();
    private readonly SqliteDialect _dialect;
    private readonly SqlSession _session;

    public SqliteSessionTests()
    {
        _dialect = new SqliteDialect(new SqliteFile(_folder.File()));
        _session = _dialect.CreateSession(_dialect.OpenWriter(canCreate: true));
        _session.Execute("CREATE TABLE t(number INTEGER, text TEXT, bytes BLOB) STRICT");
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Query_ValuesOfEachType_ReturnsWhatWasWritten()
    {
        var large = new string('\u00e4', 20_000);
        _session.ExecuteRows(s_insert, [], [[1L, "", Array.Empty<byte>()], [2L, "\0\uD83D\uDE00\uD800", new byte[] { 0, 1 }], [3L, large, new byte[100_000]], [long.MinValue, "a", new byte[] { 2 }]]);

        var rows = new List<(long, string, byte[])>();
        _session.Query(s_read, [], row => rows.Add((row.Number(0), row.Text(1), row.Bytes(2))));

        rows.Should().BeEquivalentTo(
            new[] { (long.MinValue, "a", new byte[] { 2 }), (1L, "", []), (2L, "\0\uD83D\uDE00\uD800", new byte[] { 0, 1 }), (3L, large, new byte[100_000]) },
            options => options.WithStrictOrdering());
    }

    [Fact]
    public void Read_Null_Throws()
    {
        _session.ExecuteRows(s_insert, [], [[null, null, null]]);
        var refused = 0;

        _session.Query(s_read, [], row =>
        {
            (row.IsNull(0), row.TextOrNull(1), row.NumberOrZero(0)).Should().Be((true, null, 0));
            foreach (var read in new Action[] { () => row.Number(0), () => row.Time(0), () => row.Text(1), () => row.Bytes(2) })
            {
                read.Should().Throw<InvalidOperationException>().WithMessage("* is NULL.");
                refused++;
            }
        });

        refused.Should().Be(4);
    }

    // Values that an earlier execution has bound must not be reused.
    [Fact]
    public void Execute_WrongNumberOfValues_Throws()
    {
        _session.ExecuteRows(s_insert, [], [[1L, "a", new byte[] { 1 }]]);

        foreach (var insert in new[] { () => _session.ExecuteRows(s_insert, [], [[2L, "b"]]), () => _session.ExecuteRows(s_insert, [2L], [["b", new byte[] { 1 }]]) })
            insert.Should().Throw<ArgumentException>();

        _session.ReadNumber("SELECT count(*) FROM t").Should().Be(1);
    }

    [Fact]
    public void Execute_ParameterWithoutColumn_Throws()
    {
        var statement = new SqlStatement("SELECT number FROM t WHERE number = @numbr") { Parameters = [s_number] };

        var read = () => _session.Query(statement, [1L], _ => { });

        read.Should().Throw<InvalidOperationException>().WithMessage("*@numbr*");
    }

    [Fact]
    public void Query_ReaderThrows_StatementStaysUsable()
    {
        _session.ExecuteRows(s_insert, [], [[1L, "a", new byte[1]], [2L, "b", new byte[1]]]);
        var read = () => _session.Query(s_read, [], _ => throw new IOException("the reader's"));
        read.Should().Throw<IOException>();

        var count = 0;
        _session.Query(s_read, [], _ => count++);

        count.Should().Be(2);
    }

    [Fact]
    public void Execute_SqliteError_ThrowsAndStatementStaysUsable()
    {
        _session.Execute("CREATE UNIQUE INDEX i ON t(number)");
        object?[] row = [1L, "a", new byte[1]];
        _session.ExecuteRows(s_insert, [], [row]);

        var again = () => _session.ExecuteRows(s_insert, [], [row]);

        again.Should().Throw<SqliteException>().Which.SqliteExtendedErrorCode.Should().Be(2067);
        _session.ExecuteRows(s_insert, [], [[2L, "a", new byte[1]]]);
    }

    [Fact]
    public void Execute_StepWithoutRows_SkipsLaterSteps()
    {
        var steps = new SqlStatement("not used")
        {
            Row = [s_number],
            Steps = ["UPDATE t SET text = 'found' WHERE number = @number", "SELECT number, text FROM t", "DELETE FROM t WHERE number = @number"],
        };
        _session.ExecuteRows(s_insert, [], [[1L, "a", new byte[1]], [2L, "b", new byte[1]]]);
        var read = new List<(long, string)>();

        _session.ExecuteRows(steps, [], [[3L], [2L]], row => read.Add((row.Number(0), row.Text(1))));

        read.Should().Equal((1L, "a"), (2L, "found"));
        _session.ReadNumber("SELECT count(*) FROM t").Should().Be(1);
    }

    [Fact]
    public void RollBack_NoTransaction_DoesNothing()
    {
        _session.RollBack();
        _session.Begin();
        _session.ExecuteRows(s_insert, [], [[1L, "a", new byte[1]]]);
        _session.RollBack();

        _session.ReadNumber("SELECT count(*) FROM t").Should().Be(0);
    }
}
