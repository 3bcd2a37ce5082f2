namespace WebSo.Events;

// Stores many deliveries in one statement, or counts each on the one that it repeats. The locks of their queues are held.
internal static class AppendSql
{
    // More than come of one event between a commit whose answer is lost and the next attempt.
    private const int MaxCalls = 256;

    // $1 now, then an array for each column: of what is looked up, and from $13 on of what is only stored, which passes through no step
    // but the last. 'further' are the delivery IDs of the calls after the first, as a text, since their numbers differ. 'queue' is a number
    // that those of one queue share; 'malformed_count' and 'malformed_bytes' are what may be there of malformed ones without this and those
    // before it in the batch. A row of the result has 'ord', or where it is stored its own delivery ID.
    // 'days' are those of last_seen_at that a repeat may be of; tomorrow is one after a step back of the clock.
    // What few batches have is not in the statement of the others, since each step costs, also one that finds nothing to do.
    public static string Create(StoreSql sql, bool hasDoubt, bool hasMalformed) =>
        $"""
        WITH clock AS MATERIALIZED (
            SELECT now, day, ARRAY(
                SELECT generate_series(day - 1, CASE WHEN EXISTS (SELECT FROM {sql.Deliveries} WHERE key_day > day OFFSET 0) THEN day + 1 ELSE day END)) AS days
            FROM (
                SELECT now, floor(extract(epoch FROM now) / 86400)::integer AS day
                FROM (SELECT coalesce($1, clock_timestamp()) AS now OFFSET 0) AS t OFFSET 0) AS n),
        input AS MATERIALIZED (
            SELECT i.*, nextval('{sql.Positions}') AS seq FROM unnest(
                $2::uuid[], $3::boolean[], $4::integer[], $5::text[], $6::smallint[], $7::integer[], $8::uuid[], $9::interval[], $10::interval[],
                $11::integer[], $12::bigint[])
            WITH ORDINALITY AS i (
                delivery_id, in_doubt, calls, further, state, queue, repeat_key, repeat_window, unanswered_window,
                malformed_count, malformed_bytes, ord)),
        {Known(string.Join("\nUNION ALL\n", Lookups(sql, hasDoubt, hasMalformed)))},
        {Counted(sql)},
        {Fresh(hasMalformed ? IsRefused(sql) : "false")},
        {Stored(sql)}
        SELECT ord, seq, delivery_id, sightings, outcome, false FROM counted
        UNION ALL
        SELECT ord, seq, delivery_id, number, outcome, is_due FROM known WHERE is_own
        UNION ALL
        SELECT NULL, seq, delivery_id, sightings, 0, state = 0 FROM stored
        UNION ALL
        SELECT ord, 0, delivery_id, 0, 3, false FROM fresh WHERE refused
        """;

    // For what is probably no repeat, most of what comes: one step, at two thirds of the cost. What has the key of a row that it could repeat,
    // whatever has become of that, is left out. $1 now, then an array for each column.
    public static string CreateForFresh(StoreSql sql) =>
        $"""
        INSERT INTO {sql.Deliveries} (
            seq, position, queue_key, due_at, settled_at, received_at, last_seen_at, delivery_id, repeat_key, key_day, sightings,
            body_length, state, endpoint, event, document, path, query, route_values, remote_address, correlation_id, body,
            trace_parent, trace_state)
        SELECT i.seq, i.seq, i.queue_key, c.now, CASE WHEN i.state = 0 THEN NULL ELSE c.now END, i.received_at, c.now, i.delivery_id,
            i.repeat_key, CASE WHEN i.repeat_key IS NULL THEN NULL ELSE c.day END, 1,
            length(i.body),
            CASE WHEN i.state <> 0 THEN i.state WHEN i.document = '' THEN 0 WHEN {IsBehindAnother(sql)} THEN 1 ELSE 0 END,
            i.endpoint, i.event, i.document, i.path, i.query, i.route_values, i.remote_address, i.correlation_id, i.body,
            i.trace_parent, i.trace_state
        FROM (
            SELECT now, day, day - 1 AS yesterday, EXISTS (SELECT FROM {sql.Deliveries} WHERE key_day > day OFFSET 0) AS was_set_back
            FROM (
                SELECT now, floor(extract(epoch FROM now) / 86400)::integer AS day
                FROM (SELECT coalesce($1, clock_timestamp()) AS now OFFSET 0) AS t OFFSET 0) AS n OFFSET 0) AS c
        CROSS JOIN LATERAL (
            SELECT nextval('{sql.Positions}') AS seq, u.* FROM (
                SELECT unnest($2::uuid[]) AS delivery_id, unnest($3::smallint[]) AS state, unnest($4::uuid[]) AS repeat_key,
                    unnest($5::bigint[]) AS queue_key, unnest($6::text[]) AS endpoint, unnest($7::text[]) AS document,
                    unnest($8::text[]) AS event, unnest($9::timestamptz[]) AS received_at, unnest($10::text[]) AS path,
                    unnest($11::text[]) AS query, unnest($12::text[]) AS route_values, unnest($13::text[]) AS remote_address,
                    unnest($14::text[]) AS correlation_id, unnest($15::bytea[]) AS body, unnest($16::text[]) AS trace_parent,
                    unnest($17::text[]) AS trace_state) AS u
            OFFSET 0) AS i
        WHERE i.repeat_key IS NULL OR (
            NOT c.was_set_back
            AND NOT EXISTS (SELECT FROM {sql.Deliveries} AS d WHERE d.key_day = c.day AND d.repeat_key = i.repeat_key OFFSET 0)
            AND NOT EXISTS (SELECT FROM {sql.Deliveries} AS d WHERE d.key_day = c.yesterday AND d.repeat_key = i.repeat_key OFFSET 0))
        RETURNING seq, delivery_id, state = 0
        """;

    private static string IsBehindAnother(StoreSql sql) =>
        $"""
        EXISTS (
            SELECT FROM {sql.Deliveries} AS q
            WHERE q.queue_key = i.queue_key AND q.endpoint = i.endpoint AND q.document = i.document AND q.settled_at IS NULL
            OFFSET 0)
        """;

    private static string Known(string lookups) =>
        $"""
        known AS MATERIALIZED (
            SELECT DISTINCT ON (ord) * FROM (
                {lookups}) AS found
            ORDER BY ord, is_own DESC, seq DESC)
        """;

    // Each is a subquery that the planner can't join in another way, by the only index that fits. What an attempt wrote
    // whose answer was lost is found, and not written again. What is counted is locked where it is found: a row that is removed at this
    // moment is none that it could repeat. Outcomes are those of WebSoInboxAppendOutcome.
    private static IEnumerable<string> Lookups(StoreSql sql, bool hasDoubt, bool hasMalformed)
    {
        yield return $"""
            SELECT i.ord, d.seq, d.delivery_id, 0 AS number, CASE WHEN {IsAnswered(sql)} THEN 1 ELSE 2 END AS outcome, false AS is_due, false AS is_own
            FROM input AS i CROSS JOIN clock AS c CROSS JOIN LATERAL (
                SELECT max(of_day.seq) AS seq FROM unnest(c.days) AS k (day) CROSS JOIN LATERAL (
                    SELECT d.seq FROM {sql.Deliveries} AS d WHERE d.key_day = k.day AND d.repeat_key = i.repeat_key
                    ORDER BY d.seq + 0 DESC LIMIT 1) AS of_day) AS last
            CROSS JOIN LATERAL (SELECT * FROM {sql.Deliveries} AS d WHERE d.seq = last.seq FOR UPDATE) AS d
            WHERE i.state <> 6 AND d.delivery_id <> i.delivery_id AND c.now - d.last_seen_at < CASE WHEN {IsAnswered(sql)} THEN i.repeat_window ELSE i.unanswered_window END
            """;
        if (hasMalformed)
        {
            yield return $"""
                SELECT i.ord, d.seq, d.delivery_id, 0, CASE WHEN {IsAnswered(sql)} THEN 1 ELSE 2 END, false, false
                FROM input AS i CROSS JOIN LATERAL (
                    SELECT * FROM {sql.Deliveries} AS d WHERE d.repeat_key = i.repeat_key AND d.state = 6 LIMIT 1 FOR UPDATE) AS d
                WHERE i.state = 6 AND d.delivery_id <> i.delivery_id
                """;
        }

        if (hasDoubt)
        {
            yield return $"""
                SELECT i.ord, d.seq, d.delivery_id, 1, 0, d.state = 0, true
                FROM input AS i CROSS JOIN LATERAL (SELECT * FROM {sql.Deliveries} AS d WHERE d.delivery_id = i.delivery_id OFFSET 0) AS d
                WHERE i.in_doubt
                """;
            yield return CountedBefore("input AS i CROSS JOIN clock AS c", "d.key_day = ANY(c.days)", sql);
            yield return CountedBefore("input AS i", "d.state = 6", sql);
        }
    }

    private static string CountedBefore(string input, string condition, StoreSql sql) =>
        $"""
        SELECT i.ord, d.seq, d.delivery_id, d.sightings - cardinality(d.calls) + array_position(d.calls, i.delivery_id), 2, false, true
        FROM {input} CROSS JOIN LATERAL (SELECT * FROM {sql.Deliveries} AS d WHERE {condition} AND d.repeat_key = i.repeat_key OFFSET 0) AS d
        WHERE i.in_doubt AND i.delivery_id = ANY(d.calls)
        """;

    private static string IsAnswered(StoreSql sql) => $"{sql.AnsweredOf("d")} >= d.sightings";

    private static string Counted(StoreSql sql) =>
        $"""
        counted AS (
            UPDATE {sql.Deliveries} AS d
            SET sightings = d.sightings + i.calls, last_seen_at = c.now, key_day = CASE WHEN d.state = 6 THEN NULL ELSE c.day END,
                calls = (
                    SELECT l.calls[greatest(1, cardinality(l.calls) - {MaxCalls - 1}):]
                    FROM (SELECT coalesce(d.calls, ARRAY[]::uuid[]) || i.delivery_id || coalesce(i.further::uuid[], ARRAY[]::uuid[]) AS calls) AS l)
            FROM known AS k JOIN input AS i USING (ord) CROSS JOIN clock AS c
            WHERE d.seq = ANY(ARRAY(SELECT seq FROM known WHERE NOT is_own)) AND d.seq + 0 = k.seq AND NOT k.is_own
            RETURNING k.ord, d.seq, d.delivery_id, d.sightings, k.outcome)
        """;

    // Those before it in the batch count for the bound, whatever becomes of them: near the bound it may be reached early.
    private static string IsRefused(StoreSql sql) =>
        $"""
        i.state = 6 AND (
            (SELECT count(*) FROM {sql.Deliveries} WHERE state = 6) > i.malformed_count
            OR (SELECT coalesce(sum(body_length), 0) FROM {sql.Deliveries} WHERE state = 6) > i.malformed_bytes)
        """;

    private static string Fresh(string isRefused) =>
        $"""
        fresh AS MATERIALIZED (
            SELECT i.*, {isRefused} AS refused, row_number() OVER (PARTITION BY i.queue ORDER BY i.ord) AS place
            FROM input AS i WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.ord = i.ord))
        """;

    private static string Stored(StoreSql sql) =>
        $"""
        stored AS (
            INSERT INTO {sql.Deliveries} (
                seq, position, queue_key, due_at, settled_at, received_at, last_seen_at, delivery_id, repeat_key, key_day, sightings,
                calls, body_length, state, endpoint, event, document, path, query, route_values, remote_address, correlation_id, last_error, body,
                trace_parent, trace_state)
            SELECT f.seq, f.seq, i.queue_key, c.now, CASE WHEN f.state = 0 THEN NULL ELSE c.now END, i.received_at, c.now, f.delivery_id,
                f.repeat_key, CASE WHEN f.repeat_key IS NULL OR f.state = 6 THEN NULL ELSE c.day END, f.calls,
                f.further::uuid[], length(i.body),
                CASE WHEN f.state <> 0 THEN f.state
                    WHEN i.document = '' THEN 0
                    WHEN f.place > 1 THEN 1
                    WHEN {IsBehindAnother(sql)} THEN 1
                    ELSE 0 END,
                i.endpoint, i.event, i.document, i.path, i.query, i.route_values, i.remote_address, i.correlation_id, i.error, i.body,
                i.trace_parent, i.trace_state
            FROM unnest(
                $13::bigint[], $14::text[], $15::text[], $16::text[], $17::text[], $18::timestamptz[], $19::text[], $20::text[],
                $21::text[], $22::text[], $23::text[], $24::bytea[], $25::text[], $26::text[])
            WITH ORDINALITY AS i (
                queue_key, endpoint, document, event, error, received_at, path, query,
                route_values, remote_address, correlation_id, body, trace_parent, trace_state, ord)
            JOIN fresh AS f USING (ord) CROSS JOIN clock AS c WHERE NOT f.refused
            RETURNING seq, delivery_id, sightings, state)
        """;
}
