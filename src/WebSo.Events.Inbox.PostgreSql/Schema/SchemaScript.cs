using System.Globalization;
using System.Text;

namespace WebSo.Events;

// The tables. A version is never changed once released: a new one is added behind, and databases are led from theirs to the last.
internal static class SchemaScript
{
    // Held while the schema is read and changed, so that of ten instances one does it: 'WSoEvent'.
    private const long LockKey = 0x57536F4576656E74;

    private static readonly string[] s_versions = [Version1, Version2];

    // state: 0 pending and head of its queue, 1 pending behind another, from 3 as WebSoInboxState; 'handling' is a head with a lease,
    // since the columns that a claim and its renewal write are in no index: such updates are heap-only and leave nothing for the indexes
    // to vacuum. What came together is claimed together, so half a page is left for it.
    // Each question that is asked for an event can be answered by one index only, whatever the statistics say, so that a plan which was made
    // while the table was empty is right for ever: the conditions of partial indexes are of columns that do not imply each other to the
    // planner ('state', 'settled_at', 'key_day'), though a check keeps them together, and 'seq' is second in no index that it could go
    // through from end to end.
    // A token begins anywhere, since after an asynchronous fail-over or a restore a number may be given again: a mark of the event that had
    // it must not fit the one that has it now.
    // 'calls' are the delivery IDs of the last repeats, in order: a transaction whose answer was lost finds there what it has counted.
    // What an index holds is short: one that a stranger's long document ID does not fit into would refuse the event for ever.
    // Which sighting of an event was answered is a table of its own, since it comes after each event: a new version of the whole row, with
    // all its indexes, would cost as much as the event itself.
    // A repeat is looked for in the days around now only, so that what is inserted into its index lies together, however many rows there are.
    private const string Version1 = """
        CREATE SEQUENCE {schema}.positions;
        CREATE TABLE {schema}.endpoints (
            name text PRIMARY KEY,
            paused boolean NOT NULL DEFAULT false);
        CREATE TABLE {schema}.deliveries (
            seq bigint PRIMARY KEY,
            position bigint NOT NULL,
            queue_key bigint NOT NULL,
            token bigint NOT NULL DEFAULT (random() * 1e15)::bigint,
            due_at timestamptz NOT NULL,
            lease_until timestamptz,
            first_attempt_at timestamptz,
            settled_at timestamptz,
            received_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            delivery_id uuid NOT NULL,
            repeat_key uuid,
            key_day integer,
            attempts integer NOT NULL DEFAULT 0,
            sightings integer NOT NULL,
            body_length integer NOT NULL,
            state smallint NOT NULL CHECK (state IN (0, 1, 3, 4, 5, 6, 7)),
            is_replay boolean NOT NULL DEFAULT false,
            endpoint text NOT NULL,
            event text NOT NULL,
            document text NOT NULL,
            path text NOT NULL,
            query text NOT NULL,
            route_values text,
            remote_address text,
            correlation_id text,
            trace_parent text,
            trace_state text,
            last_error text,
            completed text[],
            calls uuid[],
            body bytea NOT NULL,
            CHECK ((settled_at IS NULL) = (state <= 1)))
            WITH (fillfactor = 55, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
        CREATE TABLE {schema}.answers (
            seq bigint PRIMARY KEY,
            number integer NOT NULL)
            WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
        CREATE UNIQUE INDEX deliveries_id ON {schema}.deliveries (delivery_id);
        CREATE INDEX deliveries_key ON {schema}.deliveries (key_day, repeat_key) WHERE key_day IS NOT NULL;
        CREATE INDEX deliveries_due ON {schema}.deliveries (endpoint, due_at, position) WHERE state = 0;
        CREATE INDEX deliveries_queue ON {schema}.deliveries (endpoint, queue_key, position) WHERE settled_at IS NULL;
        CREATE INDEX deliveries_settled ON {schema}.deliveries (endpoint, state, settled_at) WHERE settled_at IS NOT NULL;
        CREATE INDEX deliveries_malformed ON {schema}.deliveries (repeat_key) INCLUDE (body_length) WHERE state = 6;
        CREATE INDEX deliveries_unhandled ON {schema}.deliveries (endpoint, seq) INCLUDE (body_length) WHERE state = 5;
        CREATE INDEX deliveries_received ON {schema}.deliveries (received_at);
        CREATE INDEX deliveries_document ON {schema}.deliveries (left(document, 200));
        """;

    // The answers of what was stored together are a row: 'last_seq' says up to which event, and the sighting of those after 'seq' is the first.
    // Of many rows with one key the last is found by one step: 'seq + 0' and not 'seq', since only this index can then give that order.
    // The locks come in the order in which the writer takes them.
    private const string Version2 = """
        LOCK TABLE {schema}.deliveries, {schema}.answers IN ACCESS EXCLUSIVE MODE;
        ALTER TABLE {schema}.answers ADD COLUMN last_seq bigint;
        CREATE INDEX answers_runs ON {schema}.answers (last_seq, seq) WHERE last_seq IS NOT NULL;
        DROP INDEX {schema}.deliveries_key;
        CREATE INDEX deliveries_key ON {schema}.deliveries (key_day, repeat_key, (seq + 0)) WHERE key_day IS NOT NULL;
        """;

    public static int LatestVersion => s_versions.Length;

    // One statement, which an anonymous block is: safe beside others, and without a right to create where nothing is to be done.
    public static string Create(string schema)
    {
        var script = new StringBuilder();
        script.AppendLine("DO $webso$");
        script.AppendLine("DECLARE current_version integer := 0;");
        script.AppendLine("BEGIN");
        script.AppendLine(CultureInfo.InvariantCulture, $"PERFORM pg_advisory_xact_lock({LockKey});");
        script.AppendLine(CultureInfo.InvariantCulture, $"IF to_regnamespace('{Quote(schema)}') IS NULL THEN CREATE SCHEMA {Quote(schema)}; END IF;");
        script.AppendLine(CultureInfo.InvariantCulture, $"IF to_regclass('{Quote(schema)}.schema_version') IS NULL THEN CREATE TABLE {Quote(schema)}.schema_version (version integer NOT NULL);");
        script.AppendLine(CultureInfo.InvariantCulture, $"INSERT INTO {Quote(schema)}.schema_version VALUES (0); END IF;");

        // Locked: a transaction whose snapshot is older than what another has done meanwhile fails here, before it does that once more.
        script.AppendLine(CultureInfo.InvariantCulture, $"SELECT version INTO current_version FROM {Quote(schema)}.schema_version FOR UPDATE;");
        for (var version = 1; version <= LatestVersion; version++)
        {
            script.AppendLine(CultureInfo.InvariantCulture, $"IF current_version < {version} THEN");
            script.AppendLine(s_versions[version - 1].Replace("{schema}", Quote(schema), StringComparison.Ordinal));
            script.AppendLine(CultureInfo.InvariantCulture, $"UPDATE {Quote(schema)}.schema_version SET version = {version}; END IF;");
        }

        script.AppendLine("END $webso$;");
        return script.ToString();
    }

    public static string Quote(string name) => $"\"{name}\"";
}
