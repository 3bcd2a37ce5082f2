namespace WebSo.Events;

// Stores many deliveries in one statement, or counts each on the one that it repeats. The locks of their queues are held.
internal static class AppendSql
{
    // More than come of one event between a commit whose answer is lost and the next attempt.
    private const int MaxCalls = 64;

    // $1 now, then an array for each column of the input. 'further' are the delivery IDs of the calls after the first, as a text, since
    // their numbers differ.
    public static string Create(StoreSql sql) =>
        $"""
        WITH clock AS MATERIALIZED (
            SELECT now, floor(extract(epoch FROM now) / 86400)::integer AS day FROM (SELECT coalesce($1, clock_timestamp()) AS now) AS n),
        input AS MATERIALIZED (
            SELECT i.*, nextval('{sql.Positions}') AS seq FROM unnest(
                $2::uuid[], $3::boolean[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::smallint[], $10::text[],
                $11::uuid[], $12::interval[], $13::interval[], $14::integer[], $15::bigint[], $16::timestamptz[], $17::text[], $18::text[],
                $19::text[], $20::text[], $21::text[], $22::bytea[], $23::text[], $24::text[],
                $25::text[])
            WITH ORDINALITY AS i (
                delivery_id, in_doubt, calls, queue_key, endpoint, document, event, state, error,
                repeat_key, repeat_window, unanswered_window, malformed_count, malformed_bytes, received_at, path, query,
                route_values, remote_address, correlation_id, body, trace_parent, trace_state, further, ord)),
        {Known(sql)},
        {Counted(sql)},
        {Fresh(sql)},
        {Stored(sql)}
        SELECT ord, seq, delivery_id, sightings, outcome, false FROM counted
        UNION ALL
        SELECT ord, seq, delivery_id, number, outcome, is_due FROM known WHERE is_own
        UNION ALL
        SELECT f.ord, s.seq, f.delivery_id, f.calls, 0, s.state = 0 FROM stored AS s JOIN fresh AS f USING (seq)
        UNION ALL
        SELECT ord, 0, delivery_id, 0, 3, false FROM fresh WHERE refused
        """;

    // What an attempt wrote whose answer was lost is found, and not written again. What is counted is locked where it is found: a row that
    // is removed at this moment is none that it could repeat. Outcomes are those of WebSoInboxAppendOutcome.
    private static string Known(StoreSql sql) =>
        $"""
        known AS MATERIALIZED (
            SELECT DISTINCT ON (ord) * FROM (
                SELECT i.ord, d.seq, d.delivery_id, 1 AS number, 0 AS outcome, d.state = 0 AS is_due, true AS is_own
                FROM input AS i JOIN {sql.Deliveries} AS d ON d.delivery_id = i.delivery_id WHERE i.in_doubt
                UNION ALL
                SELECT i.ord, d.seq, d.delivery_id, d.sightings - cardinality(d.calls) + array_position(d.calls, i.delivery_id), 2, false, true
                FROM input AS i CROSS JOIN clock AS c JOIN {sql.Deliveries} AS d
                    ON d.key_day = ANY(ARRAY[c.day - 1, c.day, c.day + 1]) AND d.repeat_key = i.repeat_key
                WHERE i.in_doubt AND i.delivery_id = ANY(d.calls)
                UNION ALL
                SELECT i.ord, d.seq, d.delivery_id, d.sightings - cardinality(d.calls) + array_position(d.calls, i.delivery_id), 2, false, true
                FROM input AS i JOIN {sql.Deliveries} AS d ON d.repeat_key = i.repeat_key AND d.state = 6
                WHERE i.in_doubt AND i.delivery_id = ANY(d.calls)
                UNION ALL
                SELECT i.ord, d.seq, d.delivery_id, 0, CASE WHEN d.answered >= d.sightings THEN 1 ELSE 2 END, false, false
                FROM input AS i CROSS JOIN clock AS c CROSS JOIN LATERAL (
                    SELECT * FROM {sql.Deliveries} AS d
                    WHERE d.key_day = ANY(ARRAY[c.day - 1, c.day, c.day + 1]) AND d.repeat_key = i.repeat_key
                    ORDER BY d.seq DESC LIMIT 1 FOR UPDATE) AS d
                WHERE i.state <> 6
                    AND c.now - d.last_seen_at < CASE WHEN d.answered >= d.sightings THEN i.repeat_window ELSE i.unanswered_window END
                UNION ALL
                SELECT i.ord, d.seq, d.delivery_id, 0, CASE WHEN d.answered >= d.sightings THEN 1 ELSE 2 END, false, false
                FROM input AS i CROSS JOIN LATERAL (
                    SELECT * FROM {sql.Deliveries} AS d WHERE d.repeat_key = i.repeat_key AND d.state = 6 LIMIT 1 FOR UPDATE) AS d
                WHERE i.state = 6) AS found
            ORDER BY ord, is_own DESC, seq DESC)
        """;

    private static string Counted(StoreSql sql) =>
        $"""
        counted AS (
            UPDATE {sql.Deliveries} AS d
            SET sightings = d.sightings + i.calls, last_seen_at = c.now, key_day = CASE WHEN d.state = 6 THEN NULL ELSE c.day END,
                calls = (
                    SELECT l.calls[greatest(1, cardinality(l.calls) - {MaxCalls - 1}):]
                    FROM (SELECT coalesce(d.calls, ARRAY[]::uuid[]) || i.delivery_id || coalesce(i.further::uuid[], ARRAY[]::uuid[]) AS calls) AS l)
            FROM known AS k JOIN input AS i USING (ord) CROSS JOIN clock AS c
            WHERE d.seq = k.seq AND NOT k.is_own
            RETURNING k.ord, d.seq, d.delivery_id, d.sightings, k.outcome)
        """;

    // The bound counts malformed ones before it in the batch, those that are refused included: near the bound it may be reached early.
    private static string Fresh(StoreSql sql) =>
        $"""
        fresh AS MATERIALIZED (
            SELECT i.*,
                CASE WHEN i.state <> 6 THEN false ELSE
                    row_number() OVER kind + (SELECT count(*) FROM {sql.Deliveries} WHERE state = 6) > i.malformed_count
                    OR sum(length(i.body)) OVER kind + (SELECT coalesce(sum(body_length), 0) FROM {sql.Deliveries} WHERE state = 6) > i.malformed_bytes
                END AS refused,
                row_number() OVER (PARTITION BY i.endpoint, i.document, i.state ORDER BY i.seq) AS place
            FROM input AS i WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.ord = i.ord)
            WINDOW kind AS (PARTITION BY i.state = 6 ORDER BY i.seq))
        """;

    private static string Stored(StoreSql sql) =>
        $"""
        stored AS (
            INSERT INTO {sql.Deliveries} (
                seq, position, queue_key, due_at, settled_at, received_at, last_seen_at, delivery_id, repeat_key, key_day, sightings,
                calls, body_length, state, endpoint, event, document, path, query, route_values, remote_address, correlation_id, last_error, body,
                trace_parent, trace_state)
            SELECT f.seq, f.seq, f.queue_key, c.now, CASE WHEN f.state = 0 THEN NULL ELSE c.now END, f.received_at, c.now, f.delivery_id,
                f.repeat_key, CASE WHEN f.repeat_key IS NULL OR f.state = 6 THEN NULL ELSE c.day END, f.calls,
                f.further::uuid[], length(f.body),
                CASE WHEN f.state <> 0 THEN f.state
                    WHEN f.document = '' THEN 0
                    WHEN f.place > 1 THEN 1
                    WHEN EXISTS (
                        SELECT FROM {sql.Deliveries} AS q
                        WHERE q.queue_key = f.queue_key AND q.endpoint = f.endpoint AND q.document = f.document AND q.state <= 1) THEN 1
                    ELSE 0 END,
                f.endpoint, f.event, f.document, f.path, f.query, f.route_values, f.remote_address, f.correlation_id, f.error, f.body,
                f.trace_parent, f.trace_state
            FROM fresh AS f CROSS JOIN clock AS c WHERE NOT f.refused
            RETURNING seq, state)
        """;
}
