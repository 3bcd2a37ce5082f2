namespace WebSo.Events;

// The tables. A version is never changed once released: a new one is added behind, and files are led from theirs to the last.
internal static class SqliteSchema
{
    private const int ApplicationId = 0x57536F45; // 'WSoE', by which a file is known as an inbox

    private static readonly string[] s_versions = [Version1, Version2, Version3, Version4, Version5, Version6];

    // Of a row that can't be claimed because of what was written to it by other hands: no index of another question finds it.
    // Stands in its index and in its query, literally. Each write of a row asks it, and for a list SQLite makes a table each time.
    public const string IsAstray = "(typeof(state) <> 'integer' OR state < 0 OR state > 7 OR (state <= 1 AND typeof(due_at) <> 'integer'))";

    // Times are in ticks of 100 ns, UTC. state: 0 pending and head of its queue, 1 pending behind another, then as WebSoInboxState.
    // Each partial index serves one question, and holds only the rows that it is about; their conditions stand in the queries, literally.
    private const string Version1 = """
        CREATE TABLE inbox(
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sequence INTEGER NOT NULL,
            epoch INTEGER NOT NULL);
        INSERT INTO inbox(id, sequence, epoch) VALUES (1, 0, 0);
        CREATE TABLE endpoints(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            paused INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE deliveries(
            seq INTEGER PRIMARY KEY,
            position INTEGER NOT NULL,
            endpoint INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            token INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            first_attempt_at INTEGER,
            settled_at INTEGER,
            is_replay INTEGER NOT NULL DEFAULT 0,
            key_day INTEGER,
            repeat_key BLOB,
            sightings INTEGER NOT NULL DEFAULT 1,
            answered INTEGER NOT NULL DEFAULT 0,
            last_seen_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            delivery_id BLOB NOT NULL,
            event TEXT NOT NULL,
            document TEXT NOT NULL,
            path TEXT NOT NULL,
            query TEXT NOT NULL,
            route_values TEXT,
            remote_address TEXT,
            correlation_id TEXT,
            last_error TEXT,
            body_length INTEGER NOT NULL,
            body BLOB NOT NULL);
        CREATE TABLE completions(
            seq INTEGER NOT NULL,
            handler TEXT NOT NULL,
            PRIMARY KEY (seq, handler)) WITHOUT ROWID;
        CREATE UNIQUE INDEX deliveries_id ON deliveries(delivery_id);
        CREATE INDEX deliveries_key ON deliveries(key_day, repeat_key) WHERE repeat_key IS NOT NULL;
        CREATE INDEX deliveries_due ON deliveries(endpoint, due_at, position) WHERE state = 0;
        CREATE INDEX deliveries_handling ON deliveries(endpoint) WHERE state = 2;
        CREATE INDEX deliveries_queue ON deliveries(endpoint, document, position) WHERE state <= 2;
        CREATE INDEX deliveries_pending ON deliveries(endpoint, received_at) WHERE state <= 2;
        CREATE INDEX deliveries_settled ON deliveries(endpoint, state, settled_at) WHERE state >= 3;
        CREATE INDEX deliveries_malformed ON deliveries(body_length) WHERE state = 6;
        CREATE INDEX deliveries_received ON deliveries(received_at);
        CREATE INDEX deliveries_document ON deliveries(document)
        """;

    // The handling is each endpoint's own.
    private const string Version2 = """
        ALTER TABLE endpoints ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
        UPDATE endpoints SET epoch = (SELECT epoch FROM inbox);
        ALTER TABLE inbox DROP COLUMN epoch;
        CREATE INDEX deliveries_astray ON deliveries(endpoint)
            WHERE (state NOT IN (0, 1, 2, 3, 4, 5, 6, 7) OR (state <= 1 AND typeof(due_at) <> 'integer'));
        CREATE INDEX deliveries_unhandled ON deliveries(endpoint, seq, body_length) WHERE state = 5
        """;

    // The W3C trace context of the call, so that a trace leads over a restart.
    private const string Version3 = """
        ALTER TABLE deliveries ADD COLUMN trace_parent TEXT;
        ALTER TABLE deliveries ADD COLUMN trace_state TEXT
        """;

    // Repeats are found by document and key: one index less to write.
    private const string Version4 = """
        DROP INDEX deliveries_key;
        ALTER TABLE deliveries DROP COLUMN key_day;
        DROP INDEX deliveries_document;
        CREATE INDEX deliveries_document ON deliveries(document, repeat_key)
        """;

    // The age of what is pending is read with its number: one index less to write. Events whose first call was answered are noted as
    // ranges of numbers. The column has another name since a program that does not know the ranges must not judge repeats.
    private const string Version5 = """
        ALTER TABLE deliveries RENAME COLUMN answered TO answered_repeat;
        DROP INDEX deliveries_pending;
        DROP INDEX deliveries_queue;
        CREATE INDEX deliveries_queue ON deliveries(endpoint, document, position, received_at) WHERE state <= 2;
        CREATE TABLE answered(
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL)
        """;

    // Events are found by their time through the minutes, which are written to once in some hundred events: one index less at each.
    // The column has another name since an event that a program without them stores would not be found.
    private const string Version6 = $"""
        CREATE TABLE minutes(
            minute INTEGER PRIMARY KEY,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL);
        INSERT INTO minutes(minute, first, last)
            SELECT CAST(received_at AS INTEGER) / 600000000, min(seq), max(seq) FROM deliveries INDEXED BY deliveries_received GROUP BY 1;
        DROP INDEX deliveries_received;
        DROP INDEX deliveries_astray;
        CREATE INDEX deliveries_astray ON deliveries(endpoint) WHERE {IsAstray};
        ALTER TABLE deliveries RENAME COLUMN path TO request_path
        """;

    public static void Ensure(SqliteDatabase database, string path, bool canCreate)
    {
        var version = database.ReadPragma("user_version");
        var isOurs = database.ReadPragma("application_id") == ApplicationId;
        if (isOurs && version == s_versions.Length)
            return;
        if (!canCreate && version < s_versions.Length)
        {
            if (!isOurs)
                throw new WebSoInboxStoreException($"The file {path} is no inbox: give the path that the program which receives gives to UseSqliteInbox.");
            throw new WebSoInboxStoreException(
                $"The inbox {path} has the schema version {version}, this program needs {s_versions.Length}, and does not change it, since the one "
                + "that receives could not go on: start that in this version first, or use the program of the version that it has.");
        }

        Migrate(database, path);
    }

    private static void Migrate(SqliteDatabase database, string path)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            // Another process may have been faster.
            var version = database.ReadPragma("user_version");
            EnsureOurs(database, path, version);
            for (; version < s_versions.Length; version++)
                database.ExecuteScript(s_versions[version]);
            database.Execute($"PRAGMA user_version={version}");
            database.Execute($"PRAGMA application_id={ApplicationId}");
            database.Execute("COMMIT");
        }
        catch
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }

    private static void EnsureOurs(SqliteDatabase database, string path, long version)
    {
        var isOurs = database.ReadPragma("application_id") == ApplicationId;
        var tables = database["SELECT count(*) FROM sqlite_master"].ReadInt64();
        if (!isOurs && tables > 0)
            throw new WebSoInboxStoreException($"The file {path} is a SQLite database, but no inbox: give UseSqliteInbox a file of its own.");
        if (isOurs && version > s_versions.Length)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {path} has the schema version {version}, this program knows versions up to {s_versions.Length}: "
                + "a newer one has used the file. Use that, or another file.");
        }
    }
}
