using System.Text.RegularExpressions;

namespace WebSo.Events.Inbox.Engine;

// The tables. {number} and the other SqlType names are replaced by the types of the dialect; {table} and {clustered} by table options.
internal static class InboxSchema
{
    public const int Version = 1;

    private static readonly Regex s_placeholder = new(@"\{(\w+)\}", RegexOptions.CultureInvariant);

    private static readonly Dictionary<string, SqlType> s_types = new[]
    {
        SqlType.Identity, SqlType.Number, SqlType.Text, SqlType.Name, SqlType.Bytes, SqlType.Key, SqlType.Guid, SqlType.Time,
    }.ToDictionary(type => type.ToString(), StringComparer.OrdinalIgnoreCase);

    // The row of the default endpoint holds the schema version even before anything is stored.
    private static readonly string[] s_statements =
    [
        """
        CREATE TABLE webso_endpoints(
            name {name} NOT NULL PRIMARY KEY, -- empty for the default endpoint, which always has a row
            schema_version {number} NOT NULL, -- of all tables
            paused {number} NOT NULL, -- 1 if handling is paused
            alive_at {time} NOT NULL, -- the last heartbeat of a receiver
            downtime {number} NOT NULL -- microseconds without a receiver, which do not count for duplicate windows
        ){clustered}
        """,
        """
        CREATE TABLE webso_deliveries(
            sequence {identity}, -- order of arrival
            delivery_id {guid} NOT NULL,
            endpoint {name} NOT NULL,
            document {name} NOT NULL, -- empty if there is none or the body is unreadable
            event {name} NOT NULL, -- empty if the body is unreadable
            received_at {time} NOT NULL,
            duplicate_key {key}, -- null if calls can't be duplicates of this one
            context {text} NOT NULL, -- JSON, never searched: path, query, address, correlation ID, charset, trace
            body {bytes} NOT NULL){table}
        """,
        "CREATE UNIQUE INDEX webso_deliveries_id ON webso_deliveries(delivery_id)",
        "CREATE INDEX webso_deliveries_document ON webso_deliveries(document, sequence)",
        "CREATE INDEX webso_deliveries_received ON webso_deliveries(received_at)",
        """
        CREATE TABLE webso_pending(
            sequence {number} NOT NULL PRIMARY KEY, -- of webso_deliveries; the row is deleted when the run ends
            endpoint {name} NOT NULL,
            queue {name} NOT NULL, -- the document, or the delivery ID if there is no document
            place {number} NOT NULL, -- 0 for the head of the queue, the only one that is handled; otherwise the sequence
            due_at {time} NOT NULL, -- for a head, the next attempt or the end of the lease; for others, and for a head that holds its document, the latest possible time
            written_at {time} NOT NULL, -- when due_at was written
            token {number} NOT NULL, -- of the lease; 0 if there is none
            run {number} NOT NULL, -- 1 for the first run; each replay adds 1
            attempts {number} NOT NULL, -- of this run
            interruptions {number} NOT NULL, -- consecutive attempts that ended because their process ended
            first_attempt_at {time},
            last_error {text}){table}
        """,
        "CREATE UNIQUE INDEX webso_pending_queue ON webso_pending(endpoint, queue, place)",
        "CREATE INDEX webso_pending_due ON webso_pending(endpoint, due_at)",
        """
        CREATE TABLE webso_outcomes(
            sequence {number} NOT NULL, -- of webso_deliveries
            run {number} NOT NULL,
            handler {name} NOT NULL, -- a completed handler; empty for the end of the run; OnDeadLetter for its completed call
            endpoint {name} NOT NULL,
            state {number} NOT NULL, -- 2 handled, 3 dead letter, 4 unhandled, 5 malformed, 6 discarded; 2 for a handler
            ended_at {time} NOT NULL,
            attempts {number} NOT NULL,
            duration {number} NOT NULL, -- microseconds
            error {text},
            superseded_at {time}, -- when the delivery was later replayed or discarded
            PRIMARY KEY (sequence, run, handler)){clustered}
        """,
        "CREATE INDEX webso_outcomes_state ON webso_outcomes(endpoint, state, sequence) WHERE handler = '' AND superseded_at IS NULL",
        """
        CREATE TABLE webso_duplicates(
            duplicate_key {key} NOT NULL PRIMARY KEY,
            delivery_id {guid} NOT NULL, -- the delivery that calls with this key duplicate
            last_seen_at {time} NOT NULL, -- database time minus downtime, like expires_at
            expires_at {time} NOT NULL,
            received_at {time} NOT NULL, -- of the last call
            count {number} NOT NULL -- number of calls
        ){clustered}
        """,
        "CREATE INDEX webso_duplicates_expires ON webso_duplicates(expires_at)",
    ];

    // Takes InboxDialect.TypeOf and InboxDialect.TableOptions.
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
                $"The inbox {dialect.Name} has schema version {version}, but this program supports up to {Version}: a newer version has migrated the inbox. "
                + "Update this program, or restore the backup from before the migration. Nothing was changed.");
        }
    }
}
