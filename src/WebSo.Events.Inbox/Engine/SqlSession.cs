using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;

namespace WebSo.Events.Engine;

// One connection and its prepared statements. Used by one thread at a time. A database may be sent several statements at once: one whose rows
// nobody reads, or reads later, is sent with the next one whose rows are needed, or with COMMIT.
internal abstract class SqlSession(InboxDialect dialect, DbConnection connection) : IDisposable
{
    private static readonly Regex s_order = new(@"\{order ([^}]*)\}", RegexOptions.CultureInvariant);

    public DbConnection Connection { get; } = connection;

    // Of a transaction that writes.
    public abstract void Begin();

    public abstract void Commit();

    // Nothing where another session was in the way of BEGIN: the connection is well. While it is open, no other process takes itself to be the
    // only one on a file.
    public abstract void RollBack();

    // For what is executed once.
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

    // How many rows it changed.
    public abstract int Execute(SqlStatement statement, params object?[] parameters);

    public abstract void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read);

    // Executes a statement with {rows}; nothing where there are none. Without a reader, at the latest before the next one that has.
    public abstract void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null);

    // As ExecuteRows, but its rows are read at the latest by the next Flush: of statements that don't need each other's rows.
    public virtual void Defer(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null) =>
        ExecuteRows(statement, parameters, rows, read);

    public virtual void Flush()
    {
    }

    // What a database executes: one statement, or the steps for one row.
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

        // Of one row there is no order; WHERE tells SQLite that ON CONFLICT is none of a join.
        return dialect.Translate(s_order.Replace(text, dialect.TakesRowSets ? "ORDER BY $1" : "WHERE true"));
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing) => Connection.Dispose();
}
