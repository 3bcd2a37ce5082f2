using System.Text.RegularExpressions;

namespace WebSo.Events.Engine;

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
            name {name} NOT NULL PRIMARY KEY, -- empty: the default endpoint, which always has a row
            schema_version {number} NOT NULL, -- of all tables
            paused {number} NOT NULL, -- 1: nothing is handled
            alive_at {time} NOT NULL, -- when a receiver gave its last sign of life
            downtime {number} NOT NULL -- microseconds in which no receiver ran; they do not count for duplicate windows
        ){clustered}
        """,
        """
        CREATE TABLE webso_deliveries(
            sequence {identity}, -- order of arrival
            delivery_id {guid} NOT NULL,
            endpoint {name} NOT NULL,
            document {name} NOT NULL, -- empty: none, or unreadable
            event {name} NOT NULL, -- empty: unreadable
            received_at {time} NOT NULL,
            duplicate_key {key}, -- hash of what is a duplicate of this call; null: nothing is
            context {text} NOT NULL, -- JSON that is never searched: path, query, address, correlation ID, charset, trace
            body {bytes} NOT NULL){table}
        """,
        "CREATE UNIQUE INDEX webso_deliveries_id ON webso_deliveries(delivery_id)",
        "CREATE INDEX webso_deliveries_document ON webso_deliveries(document, sequence)",
        "CREATE INDEX webso_deliveries_received ON webso_deliveries(received_at)",
        """
        CREATE TABLE webso_pending(
            sequence {number} NOT NULL PRIMARY KEY, -- of webso_deliveries; the row is deleted when the delivery has ended
            endpoint {name} NOT NULL,
            queue {name} NOT NULL, -- the document, or the delivery ID where there is none
            place {number} NOT NULL, -- 0: the head of its queue, the only one that is handled; else its sequence
            due_at {time} NOT NULL, -- of a head: its next attempt, or the end of its lease; of all others, and of a head that holds its document, the last time there is
            written_at {time} NOT NULL, -- when due_at was written
            token {number} NOT NULL, -- of the lease; 0: none
            run {number} NOT NULL, -- 1, and one more with each replay
            attempts {number} NOT NULL, -- of this run
            cut_offs {number} NOT NULL, -- attempts in a row that ended with their process
            first_attempt_at {time},
            last_error {text}){table}
        """,
        "CREATE UNIQUE INDEX webso_pending_queue ON webso_pending(endpoint, queue, place)",
        "CREATE INDEX webso_pending_due ON webso_pending(endpoint, due_at)",
        """
        CREATE TABLE webso_outcomes(
            sequence {number} NOT NULL, -- of webso_deliveries
            run {number} NOT NULL,
            handler {name} NOT NULL, -- that completed; empty: the end of the run; OnDeadLetter: that was called
            endpoint {name} NOT NULL,
            state {number} NOT NULL, -- 2 handled, 3 dead letter, 4 unhandled, 5 malformed, 6 discarded; of a handler: 2
            ended_at {time} NOT NULL,
            attempts {number} NOT NULL,
            duration {number} NOT NULL, -- microseconds
            error {text},
            superseded_at {time}, -- when the delivery was replayed or discarded afterwards
            PRIMARY KEY (sequence, run, handler)){clustered}
        """,
        "CREATE INDEX webso_outcomes_state ON webso_outcomes(endpoint, state, sequence) WHERE handler = '' AND superseded_at IS NULL",
        """
        CREATE TABLE webso_duplicates(
            duplicate_key {key} NOT NULL PRIMARY KEY,
            delivery_id {guid} NOT NULL, -- that calls with this key duplicate
            last_seen_at {time} NOT NULL, -- without the downtime, as expires_at
            expires_at {time} NOT NULL,
            received_at {time} NOT NULL, -- the last of them
            count {number} NOT NULL -- how many calls
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
                $"{dialect.Name} has schema version {version}, and this program knows up to {Version}: a newer version of it has migrated the inbox. "
                + "Update this program, or restore the backup from before the migration. Nothing was changed.");
        }
    }
}
