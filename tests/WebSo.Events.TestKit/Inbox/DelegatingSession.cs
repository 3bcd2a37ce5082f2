namespace WebSo.Events.TestKit;

/// <summary>A session that delegates to another one and notifies its dialect before it begins a transaction.</summary>
internal class DelegatingSession(DelegatingDialect dialect, SqlSession inner) : SqlSession(dialect, inner.Connection)
{
    public override void Begin()
    {
        dialect.BeforeTransaction();
        inner.Begin();
    }

    public override void Commit()
    {
        inner.Flush();
        dialect.BeforeCommit();
        inner.Commit();
    }

    public override void RollBack() => inner.RollBack();

    public override int Execute(SqlStatement statement, params object?[] parameters) => inner.Execute(statement, parameters);

    public override void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read) => inner.Query(statement, parameters, read);

    public override void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null) =>
        inner.ExecuteRows(statement, parameters, rows, read);

    public override void Defer(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null) =>
        inner.Defer(statement, parameters, rows, read);

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing)
            inner.Dispose();
        base.Dispose(isDisposing);
    }
}
