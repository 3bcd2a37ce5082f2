using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WebSo.Events.Inbox.Engine;

// One connection and its prepared statements. Used by one thread at a time. A dialect may send several statements together: a statement
// whose rows are not needed yet is sent with the next one whose rows are needed, or with COMMIT.
internal abstract class SqlSession(InboxDialect dialect, DbConnection connection) : IDisposable
{
    private static readonly Regex s_order = new(@"\{order ([^}]*)\}", RegexOptions.CultureInvariant);

    public DbConnection Connection { get; } = connection;

    // Begins a write transaction.
    public abstract void Begin();

    public abstract void Commit();

    // Does nothing if BEGIN failed because of another session. The connection stays open, so that no other process takes itself for the
    // only user of a file.
    public abstract void RollBack();

    // For statements that are executed once.
    public void Execute(string sql)
    {
        Flush();
        using var command = Connection.CreateCommand();
        command.CommandText = dialect.Translate(sql);
        command.ExecuteNonQuery();
    }

    public long ReadNumber(string sql)
    {
        Flush();
        using var command = Connection.CreateCommand();
        command.CommandText = dialect.Translate(sql);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    // Returns the number of changed rows.
    public abstract int Execute(SqlStatement statement, params object?[] parameters);

    public abstract void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read);

    // Executes a statement with {rows}. Does nothing if there are no rows. A statement without a reader may be sent later, together with
    // the next statement that has one.
    public abstract void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null);

    // Like ExecuteRows, but the rows are read by the next Flush at the latest. For statements that don't need each other's rows.
    public virtual void Defer(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null) =>
        ExecuteRows(statement, parameters, rows, read);

    public virtual void Flush()
    {
    }

    // The SQL to execute: one statement, or the steps for one row.
    public static IEnumerable<string> TextsOf(InboxDialect dialect, SqlStatement statement) =>
        (dialect.TakesRowSets || statement.Steps.Count == 0 ? [statement.Text] : statement.Steps).Select(text => TextOf(dialect, text, statement.Row));

    private static string TextOf(InboxDialect dialect, string text, IReadOnlyList<SqlColumn> row)
    {
        text = text
            .Replace("{now}", dialect.Now)
            .Replace("{minute}", dialect.Minute)
            .Replace("{for_update}", dialect.ForUpdate)
            .Replace("{skip_locked}", dialect.SkipLocked);
        if (row.Count > 0)
            text = text.Replace("{rows}", dialect.Rows(row));

        // A single row needs no order. WHERE tells SQLite that ON CONFLICT does not belong to a join.
        return dialect.Translate(s_order.Replace(text, dialect.TakesRowSets ? "ORDER BY $1" : "WHERE true"));
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing) => Connection.Dispose();
}
