using System.Data;
using System.Text.RegularExpressions;

namespace WebSo.Events.Inbox.PostgreSql.Dialect;

// Batches statements into one round trip until a result is needed.
internal sealed partial class PostgreSqlSession : SqlSession
{
    private const int TimeoutSeconds = 15;

    // Forces index scans, so that a plan that was made for empty tables is also good for large ones.
    private const string PlanSettings = """
        set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true)
        """;

    // Overrides the defaults of the role and the database. synchronous_commit: remote_apply is stronger than on, so it is kept.
    // idle_in_transaction_session_timeout: a process that stops responding loses its locks.
    private const string Settings = $"""
        SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
            set_config('lock_timeout', '2s', true), set_config('statement_timeout', '15s', true),
            set_config('idle_in_transaction_session_timeout', '5s', true), {PlanSettings}
        """;

    private static readonly SqlStatement s_begin = new("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    private static readonly SqlStatement s_settings = new(Settings);
    private static readonly SqlStatement s_readSettings = new("SELECT " + PlanSettings);
    private static readonly SqlStatement s_commit = new("COMMIT");

    private readonly Dictionary<SqlStatement, Prepared> _prepared = [];
    private readonly List<(Prepared Statement, Action<SqlRow>? Read)> _queued = [];
    private readonly InboxDialect _dialect;
    private readonly PostgreSqlConnections _connections;
    private readonly NpgsqlBatch _batch;
    private bool _isInTransaction;
    private bool _hasFailed;

    public PostgreSqlSession(InboxDialect dialect, PostgreSqlConnections connections, NpgsqlConnection connection)
        : base(dialect, connection)
    {
        (_dialect, _connections) = (dialect, connections);
        _batch = connection.CreateBatch();
        _batch.Timeout = TimeoutSeconds;
    }

    public override void Begin()
    {
        _isInTransaction = true;
        Add(s_begin, [], [], null);
        Add(s_settings, [], [], null);
    }

    public override void Commit()
    {
        Add(s_commit, [], [], null);
        Flush();
        _isInTransaction = false;
    }

    public override void RollBack()
    {
        Clear();
        _isInTransaction = false;
        Execute("ROLLBACK");
    }

    public override int Execute(SqlStatement statement, params object?[] parameters)
    {
        var command = Add(statement, parameters, [], null);
        Flush();
        return command.RecordsAffected;
    }

    public override void Query(SqlStatement statement, object?[] parameters, Action<SqlRow> read)
    {
        Add(statement, parameters, [], read);
        Flush();
    }

    public override void ExecuteRows(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null)
    {
        Defer(statement, parameters, rows, read);
        if (read is not null)
            Flush();
    }

    public override void Defer(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read = null)
    {
        if (rows.Count > 0)
            Add(statement, parameters, rows, read);
    }

    public override void Flush()
    {
        if (_queued.Count == 0)
            return;

        try
        {
            Send();
        }
        catch (InvalidOperationException failure) when (Connection.State != ConnectionState.Open)
        {
            // Npgsql detected the closed connection before it sent anything.
            _hasFailed = true;
            throw new NpgsqlException("The server closed the connection.", failure);
        }
        catch (Exception failure)
        {
            _hasFailed |= PostgreSqlFailure.Classify(failure) == FailureKind.Unavailable;
            throw;
        }
        finally
        {
            Clear();
        }
    }

    // Clears the pool after a failure, because its other connections can be unusable too: the server became read-only, or tables were altered
    // after statements were prepared.
    protected override void Dispose(bool isDisposing)
    {
        _batch.Dispose();
        base.Dispose(isDisposing);
        if (_hasFailed)
            _connections.Clear();
    }

    private void Send()
    {
        using var reader = _batch.ExecuteReader();
        var row = new PostgreSqlRow(reader);
        var isFirst = true;
        foreach (var (statement, read) in _queued)
        {
            if (!statement.ReturnsRows)
                continue;
            if (!isFirst)
                reader.NextResult();
            isFirst = false;
            while (read is not null && reader.Read())
                read(row);
        }

        // Read to the end, because failures of the last statements are reported there.
        while (reader.NextResult())
        {
        }
    }

    private void Clear()
    {
        _batch.BatchCommands.Clear();
        _queued.Clear();
    }

    // Outside a transaction, a batch is one implicit transaction, and its first statement makes the settings.
    private NpgsqlBatchCommand Add(SqlStatement statement, object?[] parameters, IReadOnlyList<object?[]> rows, Action<SqlRow>? read)
    {
        if (!_isInTransaction && _queued.Count == 0 && statement != s_readSettings)
            Add(s_readSettings, [], [], null);
        if (!_prepared.TryGetValue(statement, out var prepared))
            _prepared.Add(statement, prepared = Prepare(statement));
        else if (_batch.BatchCommands.Contains(prepared.Command))
            prepared = Prepare(statement);

        for (var i = 0; i < prepared.Columns.Count; i++)
        {
            var index = prepared.Columns[i];
            prepared.Command.Parameters[i].Value = index < statement.Parameters.Count
                ? PostgreSqlValue.ToParameter(parameters[index])
                : PostgreSqlValue.ToParameter(statement.Row[index - statement.Parameters.Count].Type, ColumnOf(rows, index - statement.Parameters.Count));
        }

        _batch.BatchCommands.Add(prepared.Command);
        _queued.Add((prepared, read));
        return prepared.Command;
    }

    // Uses positional parameters, so that Npgsql does not parse the SQL on each execution.
    private Prepared Prepare(SqlStatement statement)
    {
        SqlColumn[] all = [.. statement.Parameters, .. statement.Row];
        var columns = new List<int>();
        var text = ParameterName().Replace(TextsOf(_dialect, statement).Single(), match =>
        {
            var index = Array.FindIndex(all, column => match.ValueSpan[1..].SequenceEqual(column.Name));
            if (!columns.Contains(index))
                columns.Add(index);
            return $"${columns.IndexOf(index) + 1}";
        });
        var command = new NpgsqlBatchCommand(text);
        foreach (var index in columns)
        {
            var type = PostgreSqlSyntax.ParameterTypeOf(all[index].Type);
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = index < statement.Parameters.Count ? type : NpgsqlTypes.NpgsqlDbType.Array | type });
        }

        var returnsRows = text.StartsWith("SELECT", StringComparison.Ordinal) || text.Contains("RETURNING", StringComparison.Ordinal);
        return new Prepared(command, columns, returnsRows);
    }

    private static object?[] ColumnOf(IReadOnlyList<object?[]> rows, int column)
    {
        var values = new object?[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = rows[i][column];
        return values;
    }

    [GeneratedRegex(@"@\w+")]
    private static partial Regex ParameterName();

    // Columns: for each parameter of the command, the index in the statement's parameters followed by its row columns.
    private sealed record Prepared(NpgsqlBatchCommand Command, IReadOnlyList<int> Columns, bool ReturnsRows);
}
