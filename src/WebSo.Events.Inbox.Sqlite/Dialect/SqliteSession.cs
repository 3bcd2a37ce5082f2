using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events.Inbox.Sqlite.Dialect;

// Calls SQLite directly, because ADO.NET costs as much per row as SQLite itself.
internal sealed class SqliteSession(InboxDialect dialect, SqliteConnection connection) : SqlSession(dialect, connection)
{
    private static readonly SqlStatement s_begin = new("BEGIN IMMEDIATE");
    private static readonly SqlStatement s_commit = new("COMMIT");
    private static readonly SqlStatement s_rollBack = new("ROLLBACK");

    private readonly Dictionary<SqlStatement, List<SqliteStatement>> _steps = [];
    private readonly InboxDialect _dialect = dialect;
    private readonly sqlite3 _database = connection.Handle!;

    public override void Begin() => Execute(s_begin);

    public override void Commit() => Execute(s_commit);

    // After some failures, SQLite has already rolled back.
    public override void RollBack()
    {
        if (raw.sqlite3_get_autocommit(_database) == 0)
            Execute(s_rollBack);
    }

    public override int Execute(SqlStatement statement, params object?[] parameters) => Run(statement, parameters, [], null);

    public override void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read) => Run(statement, parameters, [], read);

    public override void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null)
    {
        foreach (var row in rows)
            Run(statement, parameters, row, read);
    }

    protected override void Dispose(bool isDisposing)
    {
        foreach (var steps in _steps.Values)
            steps.ForEach(static step => step.Dispose());
        _steps.Clear();
        base.Dispose(isDisposing);
    }

    // Returns the number of rows that the last step found or changed.
    private int Run(SqlStatement statement, object?[] parameters, object?[] row, Action<SqlRow>? read)
    {
        if (parameters.Length != statement.Parameters.Count || row.Length != statement.Row.Count)
            throw new ArgumentException($"The statement takes {statement.Parameters.Count} parameters and {statement.Row.Count} row values, not {parameters.Length} and {row.Length}.", nameof(parameters));

        var count = 0;
        foreach (var step in StepsOf(statement))
        {
            for (var i = 0; i < parameters.Length; i++)
                step.Bind(i, parameters[i]);
            for (var i = 0; i < row.Length; i++)
                step.Bind(parameters.Length + i, row[i]);
            count = step.Run(read);
            if (count == 0)
                break;
        }

        return count;
    }

    private List<SqliteStatement> StepsOf(SqlStatement statement)
    {
        if (_steps.TryGetValue(statement, out var steps))
            return steps;

        SqlColumn[] columns = [.. statement.Parameters, .. statement.Row];
        steps = [];
        try
        {
            foreach (var text in TextsOf(_dialect, statement))
                steps.Add(new SqliteStatement(_database, text, columns));
        }
        catch
        {
            steps.ForEach(static step => step.Dispose());
            throw;
        }

        _steps.Add(statement, steps);
        return steps;
    }
}
