using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WebSo.Events;

// Uses SQLite's own statements: the objects of ADO.NET cost as much as what SQLite does for one row.
internal sealed class SqliteSession(InboxDialect dialect, SqliteConnection connection) : SqlSession(dialect, connection)
{
    private static readonly SqlStatement s_begin = new("BEGIN IMMEDIATE");
    private static readonly SqlStatement s_commit = new("COMMIT");
    private static readonly SqlStatement s_rollBack = new("ROLLBACK");

    private readonly Dictionary<SqlStatement, SqliteStatement[]> _steps = [];
    private readonly InboxDialect _dialect = dialect;
    private readonly sqlite3 _database = connection.Handle!;

    public override void Begin() => Execute(s_begin);

    public override void Commit() => Execute(s_commit);

    // SQLite has rolled back by itself after some failures.
    public override void RollBack()
    {
        if (raw.sqlite3_get_autocommit(_database) == 0)
            Execute(s_rollBack);
    }

    public override int Execute(SqlStatement statement, params object?[] parameters)
    {
        Run(StepsOf(statement), parameters, [], null);
        return raw.sqlite3_changes(_database);
    }

    public override void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read) => Run(StepsOf(statement), parameters, [], read);

    public override void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null)
    {
        if (rows.Count == 0)
            return;

        var steps = StepsOf(statement);
        foreach (var row in rows)
            Run(steps, parameters, row, read);
    }

    protected override void Dispose(bool isDisposing)
    {
        foreach (var steps in _steps.Values)
            Array.ForEach(steps, static step => step.Dispose());
        _steps.Clear();
        base.Dispose(isDisposing);
    }

    private static void Run(SqliteStatement[] steps, object?[] parameters, object?[] row, Action<SqlRow>? read)
    {
        foreach (var step in steps)
        {
            for (var i = 0; i < parameters.Length; i++)
                step.Bind(i, parameters[i]);
            for (var i = 0; i < row.Length; i++)
                step.Bind(parameters.Length + i, row[i]);
            if (step.Run(read) == 0)
                return;
        }
    }

    private SqliteStatement[] StepsOf(SqlStatement statement)
    {
        if (_steps.TryGetValue(statement, out var steps))
            return steps;

        SqlColumn[] columns = [.. statement.Parameters, .. statement.Row];
        steps = [.. TextsOf(_dialect, statement).Select(text => new SqliteStatement(_database, text, columns))];
        _steps.Add(statement, steps);
        return steps;
    }
}
