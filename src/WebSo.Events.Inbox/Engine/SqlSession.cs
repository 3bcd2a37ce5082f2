using System.Data.Common;
using System.Text.RegularExpressions;

namespace WebSo.Events.Engine;

// One connection and its prepared commands. Used by one thread at a time. A dialect may send several statements at once: one whose rows
// nobody reads, or reads later, is sent with the next one whose rows are needed, or with COMMIT.
internal class SqlSession(InboxDialect dialect, DbConnection connection) : IDisposable
{
    private static readonly Regex s_order = new(@"\{order ([^}]*)\}", RegexOptions.CultureInvariant);

    private readonly Dictionary<SqlStatement, DbCommand> _commands = [];
    private bool _isInTransaction;

    public DbConnection Connection { get; } = connection;

    public virtual void Begin()
    {
        Execute(dialect.Begin);
        _isInTransaction = true;
    }

    public virtual void Commit()
    {
        Execute("COMMIT");
        _isInTransaction = false;
    }

    // Nothing where another session was in the way of BEGIN: the connection is well. While it is open, no other process takes itself to be the
    // only one on a file.
    public virtual void RollBack()
    {
        if (_isInTransaction)
            ExecuteRollBack();
        _isInTransaction = false;
    }

    protected void ExecuteRollBack() => Execute("ROLLBACK");

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
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    // How many rows it changed.
    public virtual int Execute(SqlStatement statement, params object?[] parameters) => Bind(statement, parameters).ExecuteNonQuery();

    public virtual void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read)
    {
        using var reader = Bind(statement, parameters).ExecuteReader();
        while (reader.Read())
            read(new SqlRow(dialect, reader));
    }

    // Executes a statement with {rows}; nothing where there are none. Without a reader, at the latest before the next one that has.
    public virtual void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null)
    {
        if (rows.Count == 0)
            return;

        var command = Bind(statement, parameters);
        var first = statement.Parameters.Count;
        if (dialect.TakesRowSets)
        {
            for (var i = 0; i < statement.Row.Count; i++)
                command.Parameters[first + i].Value = dialect.ToArray(statement.Row[i].Type, ColumnOf(rows, i));
            Run(command, read);
            return;
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < statement.Row.Count; i++)
                command.Parameters[first + i].Value = ToParameter(statement.Row[i].Type, row[i]);
            Run(command, read);
        }
    }

    // As ExecuteRows, but its rows are read at the latest by the next Flush: of statements that don't need each other's rows.
    public virtual void Defer(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null) =>
        ExecuteRows(statement, parameters, rows, read);

    public virtual void Flush()
    {
    }

    public static string TextOf(InboxDialect dialect, SqlStatement statement)
    {
        var text = statement.Text
            .Replace("{now}", dialect.Now)
            .Replace("{minute}", dialect.Minute)
            .Replace("{for_update}", dialect.ForUpdate)
            .Replace("{skip_locked}", dialect.SkipLocked);
        if (statement.Row.Count > 0)
            text = text.Replace("{rows}", dialect.Rows(statement.Row));

        // Of one row there is no order; WHERE tells SQLite that ON CONFLICT is none of a join.
        return dialect.Translate(s_order.Replace(text, dialect.TakesRowSets ? "ORDER BY $1" : "WHERE true"));
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _commands.Clear();
        Connection.Dispose();
    }

    protected static object?[] ColumnOf(IReadOnlyList<object?[]> rows, int column)
    {
        var values = new object?[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Encode(rows[i][column]);
        return values;
    }

    protected object ToParameter(SqlType type, object? value) => dialect.ToParameter(type, Encode(value));

    private DbCommand Bind(SqlStatement statement, object?[] parameters)
    {
        if (!_commands.TryGetValue(statement, out var command))
            _commands.Add(statement, command = Create(statement));
        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = ToParameter(statement.Parameters[i].Type, parameters[i]);
        return command;
    }

    private DbCommand Create(SqlStatement statement)
    {
        var command = Connection.CreateCommand();
        command.CommandText = TextOf(dialect, statement);
        foreach (var column in statement.Parameters)
            command.Parameters.Add(dialect.CreateParameter(command, column, isRowSet: false));
        foreach (var column in statement.Row)
            command.Parameters.Add(dialect.CreateParameter(command, column, dialect.TakesRowSets));
        dialect.Prepare(command);
        return command;
    }

    private static object? Encode(object? value) => value is string text ? StoredText.Encode(text) : value;

    private void Run(DbCommand command, Action<SqlRow>? read)
    {
        if (read is null)
        {
            command.ExecuteNonQuery();
            return;
        }

        using var reader = command.ExecuteReader();
        while (reader.Read())
            read(new SqlRow(dialect, reader));
    }
}
