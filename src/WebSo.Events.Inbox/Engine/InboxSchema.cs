using System.Text.RegularExpressions;

namespace WebSo.Events.Engine;

// The tables, in the types of a dialect. {number} and so on are the names of SqlType; {table} and {clustered} are the options of a table.
internal static class InboxSchema
{
    public const int Version = 1;

    private static readonly Regex s_placeholder = new(@"\{(\w+)\}", RegexOptions.CultureInvariant);

    private static readonly Dictionary<string, SqlType> s_types = new[]
    {
        SqlType.Identity, SqlType.Number, SqlType.Text, SqlType.Name, SqlType.Bytes, SqlType.Key, SqlType.Guid, SqlType.Time,
    }.ToDictionary(type => type.ToString(), StringComparer.OrdinalIgnoreCase);

    // The row of the default endpoint tells the version to a program that has stored nothing yet.
    private static readonly string[] s_statements =
    [
        """
        CREATE TABLE webso_endpoints(
            name {name} NOT NULL PRIMARY KEY,
            schema_version {number} NOT NULL,
            paused {number} NOT NULL,
            alive_at {time} NOT NULL,
            downtime {number} NOT NULL){clustered}
        """,
        """
        CREATE TABLE webso_deliveries(
            sequence {identity},
            delivery_id {guid} NOT NULL,
            endpoint {name} NOT NULL,
            document {name} NOT NULL,
            event {name} NOT NULL,
            received_at {time} NOT NULL,
            duplicate_key {key},
            context {text} NOT NULL,
            body {bytes} NOT NULL){table}
        """,
        "CREATE UNIQUE INDEX webso_deliveries_id ON webso_deliveries(delivery_id)",
        "CREATE INDEX webso_deliveries_document ON webso_deliveries(document, sequence)",
        "CREATE INDEX webso_deliveries_received ON webso_deliveries(received_at)",
        """
        CREATE TABLE webso_pending(
            sequence {number} NOT NULL PRIMARY KEY,
            endpoint {name} NOT NULL,
            queue {name} NOT NULL,
            place {number} NOT NULL,
            due_at {time} NOT NULL,
            written_at {time} NOT NULL,
            token {number} NOT NULL,
            run {number} NOT NULL,
            attempts {number} NOT NULL,
            cut_offs {number} NOT NULL,
            first_attempt_at {time},
            last_error {text}){table}
        """,
        "CREATE UNIQUE INDEX webso_pending_queue ON webso_pending(endpoint, queue, place)",
        "CREATE INDEX webso_pending_due ON webso_pending(endpoint, due_at)",
        """
        CREATE TABLE webso_outcomes(
            sequence {number} NOT NULL,
            run {number} NOT NULL,
            handler {name} NOT NULL,
            endpoint {name} NOT NULL,
            state {number} NOT NULL,
            ended_at {time} NOT NULL,
            attempts {number} NOT NULL,
            duration {number} NOT NULL,
            error {text},
            superseded_at {time},
            PRIMARY KEY (sequence, run, handler)){clustered}
        """,
        "CREATE INDEX webso_outcomes_state ON webso_outcomes(endpoint, state, sequence) WHERE handler = '' AND superseded_at IS NULL",
        """
        CREATE TABLE webso_duplicates(
            duplicate_key {key} NOT NULL PRIMARY KEY,
            delivery_id {guid} NOT NULL,
            last_seen_at {time} NOT NULL,
            expires_at {time} NOT NULL,
            received_at {time} NOT NULL,
            count {number} NOT NULL){clustered}
        """,
        "CREATE INDEX webso_duplicates_expires ON webso_duplicates(expires_at)",
    ];

    // As InboxDialect.TypeOf and TableOptions.
    public static IEnumerable<string> StatementsOf(Func<SqlType, string> typeOf, Func<bool, string> tableOptions) =>
        s_statements.Select(text => s_placeholder.Replace(text, match => match.Groups[1].Value switch
        {
            "table" => tableOptions(false),
            "clustered" => tableOptions(true),
            var type => typeOf(s_types[type]),
        }));

    public static void EnsureKnown(long version, InboxDialect dialect)
    {
        if (version > Version)
        {
            throw new WebSoInboxStoreException(
                $"{dialect.Name} has schema version {version}, and this program knows up to {Version}: a newer version of it has migrated the inbox. "
                + "Update this program, or restore the backup from before the migration. Nothing was changed.");
        }
    }
}
