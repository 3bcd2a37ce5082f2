using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NpgsqlTypes;

namespace WebSo.Events.Inbox.PostgreSql.Dialect;

// PostgreSQL types and SQL, for tables in one schema.
internal sealed partial class PostgreSqlSyntax(string schema)
{
    // The advisory lock ('WSoEvent' in ASCII) that is held while the tables are created, so that only one of several starting instances creates them.
    private const long LockKey = 0x57536F4576656E74;

    // Rows of webso_pending are inserted, updated, and deleted constantly. fillfactor leaves room for new row versions on the same page, and the
    // thresholds start autovacuum early.
    public static readonly IReadOnlyList<string> Storage =
    [
        "ALTER TABLE webso_pending SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_threshold = 5000)",
        "ALTER TABLE webso_deliveries SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)",
        "ALTER TABLE webso_outcomes SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)",
        "ALTER TABLE webso_duplicates SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)",
    ];

    public string CountTables => $"SELECT count(to_regclass('\"{schema}\".webso_endpoints'))";

    // Checks for the schema first, because CREATE SCHEMA IF NOT EXISTS needs the right to create schemas even if the schema exists.
    public string Prelude => string.Create(CultureInfo.InvariantCulture,
        $"""
        DO $webso$ BEGIN
        PERFORM pg_advisory_xact_lock({LockKey});
        IF to_regnamespace('"{schema}"') IS NULL THEN CREATE SCHEMA "{schema}"; END IF;
        END $webso$
        """);

    // Qualifies the names of tables, but not of indexes. The schema is quoted, because its name can be an SQL keyword.
    public string Translate(string sql) => TableName().Replace(sql, $"\"{schema}\".$0");

    // Collation "C" compares names byte by byte, independent of the collation of the database.
    public static string TypeOf(SqlType type) => type switch
    {
        SqlType.Identity => "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        SqlType.Number => "bigint",
        SqlType.Text => "text",
        SqlType.Name => "text COLLATE \"C\"",
        SqlType.Bytes or SqlType.Key => "bytea",
        SqlType.Guid => "uuid",
        _ => "timestamptz",
    };

    public static NpgsqlDbType ParameterTypeOf(SqlType type) => type switch
    {
        SqlType.Identity or SqlType.Number => NpgsqlDbType.Bigint,
        SqlType.Text or SqlType.Name => NpgsqlDbType.Text,
        SqlType.Bytes or SqlType.Key => NpgsqlDbType.Bytea,
        SqlType.Guid => NpgsqlDbType.Uuid,
        _ => NpgsqlDbType.TimestampTz,
    };

    public static string Rows(IReadOnlyList<SqlColumn> columns)
    {
        var arrays = columns.Select(column => column.Type == SqlType.Name ? $"@{column.Name} COLLATE \"C\"" : $"@{column.Name}");
        return $"unnest({string.Join(", ", arrays)}) WITH ORDINALITY AS r({string.Join(", ", columns.Select(column => column.Name))}, n)";
    }

    // The tables are created by a single DO statement, so that they are created completely or not at all, also without a transaction.
    public string CreateScript()
    {
        var script = new StringBuilder();
        script.AppendLine(Prelude + ";");
        script.AppendLine("DO $webso$ BEGIN");
        script.AppendLine(CultureInfo.InvariantCulture, $"IF to_regclass('\"{schema}\".webso_endpoints') IS NOT NULL THEN RETURN; END IF;");
        foreach (var statement in InboxSchema.StatementsOf(TypeOf, static _ => "").Concat(Storage))
            script.AppendLine(Translate(statement) + ";");
        script.AppendLine(Translate(string.Create(
            CultureInfo.InvariantCulture, $"INSERT INTO webso_endpoints VALUES ('', {InboxSchema.Version}, 0, clock_timestamp(), 0);")));
        script.AppendLine("END $webso$;");
        return script.ToString();
    }

    [GeneratedRegex(@"(?<![.\w])webso_(deliveries|pending|outcomes|duplicates|endpoints)\b")]
    private static partial Regex TableName();
}
