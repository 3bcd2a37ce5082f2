namespace WebSo.Events;

// The statements of the writer, with the name of the schema in them. Conditions of partial indexes stand in them literally, as they do
// in the indexes, since a planner can't know that of a parameter.
internal sealed class StoreSql(string deliveries, string answers, string endpoints, string positions)
{
    // Whatever a role's default: what is read after a lock must be what was committed before the lock was had.
    public const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    private readonly string?[] _appends = new string?[4];
    private string? _appendFresh;

    public static StoreSql Of(string schemaName)
    {
        var schema = SchemaScript.Quote(schemaName);
        return new StoreSql($"{schema}.deliveries", $"{schema}.answers", $"{schema}.endpoints", $"{schema}.positions");
    }

    public string Deliveries => deliveries;

    public string Answers => answers;

    public string Endpoints => endpoints;

    public string Positions => positions;

    // The promise is that of 'on': a default of the role or the database can only strengthen it. Each statement is planned once for a
    // session, since planning costs more than many an execution: its lookups are written such that one index can serve each, and without
    // sequential scans no statistics, as those of an empty table, lead to another. What a forbidden path costs in theory must not have
    // it compiled.
    public string Settings { get; } =
        """
        SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
            set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
            set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true),
            set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', '10s', true)
        """;

    // Needs a transaction that may write, and the flush of the log at its end; leaves no row, and waits for no lock.
    public string Probe { get; } = $"SELECT nextval('{positions}'), pg_logical_emit_message(true, 'webso_events', '')";

    // $1 queue keys, $2 numbers of stored events.
    public string Lock { get; } =
        $"""
        SELECT pg_advisory_xact_lock(k) FROM (
            SELECT DISTINCT k FROM (
                SELECT unnest($1::bigint[]) AS k
                UNION ALL
                SELECT queue_key FROM {deliveries} WHERE seq = ANY($2::bigint[])) AS a
            ORDER BY k OFFSET 0) AS ordered
        """;

    public string AddEndpoints { get; } = $"INSERT INTO {endpoints} (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING name";

    // $1 whether they are paused from now on.
    public string SetAllPaused { get; } = $"UPDATE {endpoints} SET paused = $1 RETURNING name";

    // $2 the endpoint's name.
    public string SetPaused { get; } =
        $"INSERT INTO {endpoints} (name, paused) VALUES ($2, $1) ON CONFLICT (name) DO UPDATE SET paused = excluded.paused RETURNING name";

    public string Append(bool hasDoubt, bool hasMalformed)
    {
        ref var statement = ref _appends[(hasDoubt ? 2 : 0) + (hasMalformed ? 1 : 0)];
        return statement ??= AppendSql.Create(this, hasDoubt, hasMalformed);
    }

    public string AppendFresh => _appendFresh ??= AppendSql.CreateForFresh(this);

    // $1 numbers of stored events, in order, since no lock is had of them, $2 the sightings whose answer went out, and $3 the last of those
    // that follow without a gap and have the same. All of them must be there: a number may be given again.
    public string Answered { get; } =
        $"""
        INSERT INTO {answers} AS a (seq, number, last_seq)
        SELECT seq, number, last_seq
        FROM (SELECT unnest($1::bigint[]) AS seq, unnest($2::integer[]) AS number, unnest($3::bigint[]) AS last_seq) AS i
        WHERE (SELECT count(*) FROM {deliveries} AS d WHERE d.seq BETWEEN i.seq AND coalesce(i.last_seq, i.seq)) = coalesce(i.last_seq - i.seq, 0) + 1
        ON CONFLICT (seq) DO UPDATE SET number = greatest(a.number, excluded.number), last_seq = greatest(a.last_seq, excluded.last_seq)
        WHERE a.number < excluded.number OR coalesce(a.last_seq, 0) < excluded.last_seq
        RETURNING seq
        """;

    // The last sighting of a delivery whose answer is known to have gone out.
    public string AnsweredOf(string delivery) =>
        $"""
        greatest(
            0,
            (SELECT a.number FROM {answers} AS a WHERE a.seq = {delivery}.seq),
            (SELECT (a.seq <= {delivery}.seq)::integer FROM {answers} AS a WHERE a.last_seq >= {delivery}.seq ORDER BY a.last_seq, a.seq LIMIT 1))
        """;

    // Rows that are known by number are named by an array. 'd.state + 0' and 'd.seq + 0' hide a column from the planner: by the partial
    // index it would go through all that waits, and by the number it might search for the array once for each row of the input.
    // In all marks: $1 numbers, $2 tokens, $3 whether an attempt at this very mark may have been committed, though its answer was lost.
    // What it would have left behind is then as good as what it expects.
    public string CompleteHandler { get; } =
        $"""
        UPDATE {deliveries} AS d
        SET completed = CASE WHEN i.handler = ANY(coalesce(d.completed, ARRAY[]::text[])) THEN d.completed ELSE array_append(d.completed, i.handler) END
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::text[]) AS i (seq, token, in_doubt, handler)
        WHERE d.seq = ANY($1) AND d.seq + 0 = i.seq AND d.token = i.token AND d.state + 0 = 0 AND d.lease_until IS NOT NULL
        RETURNING d.seq, d.endpoint
        """;

    // $4 states, $5 errors, $6 now.
    public string Finish { get; } =
        $"""
        UPDATE {deliveries} AS d
        SET state = i.state, settled_at = coalesce($6, clock_timestamp()), lease_until = NULL, last_error = coalesce(i.error, d.last_error),
            completed = CASE WHEN i.state = 3 THEN NULL ELSE d.completed END
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::smallint[], $5::text[]) AS i (seq, token, in_doubt, state, error)
        WHERE d.seq = ANY($1) AND d.seq + 0 = i.seq AND d.token = i.token AND ((d.state + 0 = 0 AND d.lease_until IS NOT NULL) OR (i.in_doubt AND d.state = i.state))
        RETURNING d.seq, d.endpoint
        """;

    // $4 delays, $5 errors, $6 now.
    public string Retry { get; } =
        $"""
        UPDATE {deliveries} AS d SET due_at = coalesce($6, clock_timestamp()) + i.delay, lease_until = NULL, last_error = i.error
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::interval[], $5::text[]) AS i (seq, token, in_doubt, delay, error)
        WHERE d.seq = ANY($1) AND d.seq + 0 = i.seq AND d.token = i.token AND d.state + 0 = 0 AND (d.lease_until IS NOT NULL OR i.in_doubt)
        RETURNING d.seq, d.endpoint, d.due_at
        """;

    public string Release { get; } =
        $"""
        UPDATE {deliveries} AS d
        SET lease_until = NULL, attempts = d.attempts - (d.lease_until IS NOT NULL)::integer,
            first_attempt_at = CASE WHEN d.attempts - (d.lease_until IS NOT NULL)::integer = 0 THEN NULL ELSE d.first_attempt_at END
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS i (seq, token, in_doubt)
        WHERE d.seq = ANY($1) AND d.seq + 0 = i.seq AND d.token = i.token AND d.state + 0 = 0 AND (d.lease_until IS NOT NULL OR i.in_doubt)
        RETURNING d.seq, d.endpoint, d.due_at
        """;

    // Of the queues in which the events $1 stood, the first that still waits becomes the head. The head of a queue is always its first.
    public string Promote { get; } =
        $"""
        UPDATE {deliveries} SET state = 0 WHERE seq = ANY(ARRAY(
            SELECT head.seq
            FROM (SELECT DISTINCT queue_key, endpoint, document FROM {deliveries} WHERE seq = ANY($1::bigint[]) AND document <> '') AS q
            CROSS JOIN LATERAL (
                SELECT d.seq, d.state FROM {deliveries} AS d
                WHERE d.queue_key = q.queue_key AND d.endpoint = q.endpoint AND d.document = q.document AND d.settled_at IS NULL
                ORDER BY d.position LIMIT 1) AS head
            WHERE head.state = 1))
        RETURNING seq, endpoint, due_at
        """;

    // $1 now, $2 endpoint, $3 how many, $4 lease, $5 from which due time on: see ClaimFront.
    public string Claim { get; } =
        $"""
        WITH clock AS MATERIALIZED (SELECT coalesce($1, clock_timestamp()) AS now),
        due AS MATERIALIZED (
            SELECT d.seq FROM {deliveries} AS d
            WHERE d.endpoint = $2 AND d.state = 0 AND d.due_at >= coalesce($5, '-infinity') AND d.due_at <= (SELECT now FROM clock)
                AND (d.lease_until IS NULL OR d.lease_until <= (SELECT now FROM clock))
                AND NOT EXISTS (SELECT FROM {endpoints} WHERE name = $2 AND paused)
            ORDER BY d.due_at, d.position LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
        UPDATE {deliveries} AS d
        SET token = d.token + 1, attempts = d.attempts + 1, lease_until = clock.now + $4,
            first_attempt_at = coalesce(d.first_attempt_at, clock.now)
        FROM clock WHERE d.seq = ANY(ARRAY(SELECT seq FROM due))
        RETURNING {DeliveryRow.Columns("0")}, clock.now
        """;

    // After a claim: whether more heads are due, and when else something comes up by itself: the next that is not due, or, where all
    // that are due are claimed, the end of a lease among those longest due. $1 now, $2 endpoint.
    public string NextDue { get; } =
        $"""
        WITH clock AS MATERIALIZED (SELECT coalesce($1, clock_timestamp()) AS now),
        more AS MATERIALIZED (
            SELECT count(*) > 0 AS is_due FROM (
                SELECT FROM {deliveries}
                WHERE endpoint = $2 AND state = 0 AND due_at <= (SELECT now FROM clock)
                    AND (lease_until IS NULL OR lease_until <= (SELECT now FROM clock))
                ORDER BY due_at, position LIMIT 1) AS first)
        SELECT now, is_due,
            least(
                (SELECT due_at FROM {deliveries} WHERE endpoint = $2 AND state = 0 AND due_at > (SELECT now FROM clock) ORDER BY due_at LIMIT 1),
                CASE WHEN NOT is_due THEN (
                    SELECT min(lease_until) FROM (
                        SELECT lease_until FROM {deliveries}
                        WHERE endpoint = $2 AND state = 0 AND due_at <= (SELECT now FROM clock)
                        ORDER BY due_at, position LIMIT 1000) AS oldest) END),
            EXISTS (SELECT FROM {endpoints} WHERE name = $2 AND paused)
        FROM clock CROSS JOIN more
        """;

    // Rows that someone writes at this moment are left out: waiting for them could be a circle. Then the second statement tells which
    // claims are lost: one that was left out twice is as good as lost, since its lease ends soon. $1 numbers, $2 tokens, $3 now, $4 lease.
    public string Renew { get; } =
        $"""
        UPDATE {deliveries} AS d SET lease_until = coalesce($3, clock_timestamp()) + $4
        WHERE d.seq = ANY(ARRAY(
            SELECT d.seq FROM {deliveries} AS d JOIN unnest($1::bigint[], $2::bigint[]) AS i (seq, token) ON d.seq + 0 = i.seq
            WHERE d.seq = ANY($1) AND d.token = i.token AND d.state + 0 = 0 AND d.lease_until IS NOT NULL
            FOR UPDATE OF d SKIP LOCKED))
        """;

    public string LostClaims { get; } =
        $"""
        SELECT i.seq, i.token FROM unnest($1::bigint[], $2::bigint[]) AS i (seq, token)
        WHERE NOT EXISTS (
            SELECT FROM {deliveries} AS d
            WHERE d.seq = i.seq AND d.token = i.token AND d.state + 0 = 0
                AND d.lease_until > coalesce($3, clock_timestamp()) + $4 / 2
            OFFSET 0)
        """;

    // $1 now, $2 endpoint, $3 state, $4 age, $5 how many. One that was seen within a day may be repeated yet, and would be handled again.
    public string Purge { get; } = Remove(
        deliveries,
        answers,
        """
        endpoint = $2 AND state = $3 AND settled_at <= coalesce($1, clock_timestamp()) - $4
            AND last_seen_at <= coalesce($1, clock_timestamp()) - greatest($4, interval '1 day')
        ORDER BY settled_at LIMIT $5
        """);

    // The last of the unhandled events that are one too many, seen from the newest. $1 endpoint, $2 how many, $3 how many bytes.
    public string LastUnhandledBeyond { get; } =
        $"""
        SELECT seq FROM (
            SELECT seq, row_number() OVER newest AS place, sum(body_length) OVER newest AS bytes
            FROM {deliveries} WHERE endpoint = $1 AND state = 5
            WINDOW newest AS (ORDER BY seq DESC)) AS d
        WHERE place > $2 OR bytes > $3 ORDER BY seq DESC LIMIT 1
        """;

    // $1 endpoint, $2 the last to be removed, $3 how many.
    public string TrimUnhandled { get; } = Remove(
        deliveries,
        answers,
        "endpoint = $1 AND state = 5 AND seq <= $2 ORDER BY seq LIMIT $3");

    // With what is known of their answers, but for one that the writer holds just now, which may wait for one of these rows: that, and what
    // is noted of an event at the moment of its removal, goes with those that are removed soon after it, or when no event is as old. What
    // tells of several goes with the last of them.
    private static string Remove(string deliveries, string answers, string which) =>
        $"""
        WITH removed AS MATERIALIZED (SELECT seq FROM {deliveries} WHERE {which} FOR UPDATE SKIP LOCKED),
        runs AS MATERIALIZED (
            SELECT DISTINCT r.seq, r.last_seq FROM removed CROSS JOIN LATERAL (
                SELECT a.seq, a.last_seq FROM {answers} AS a WHERE a.last_seq >= removed.seq ORDER BY a.last_seq, a.seq LIMIT 1) AS r),
        with_them AS (
            DELETE FROM {answers} WHERE seq = ANY(ARRAY(
                SELECT seq FROM {answers} WHERE seq = ANY(ARRAY(SELECT seq FROM removed)) AND last_seq IS NULL FOR UPDATE SKIP LOCKED))),
        with_the_last AS (
            DELETE FROM {answers} WHERE seq = ANY(ARRAY(
                SELECT seq FROM {answers} WHERE last_seq IS NOT NULL AND seq = ANY(ARRAY(
                    SELECT r.seq FROM runs AS r WHERE NOT EXISTS (
                        SELECT FROM {deliveries} AS d
                        WHERE d.seq BETWEEN r.seq AND r.last_seq AND d.seq + 0 <> ALL (ARRAY(SELECT seq FROM removed)) OFFSET 0)))
                FOR UPDATE SKIP LOCKED))),
        before_them AS MATERIALIZED (
            (SELECT seq, last_seq FROM {answers} WHERE seq < (SELECT min(seq) FROM removed) ORDER BY seq DESC LIMIT 1000)
            UNION
            (SELECT seq, last_seq FROM {answers} WHERE seq < (SELECT min(seq) FROM {deliveries}) ORDER BY seq LIMIT 1000)),
        left_over AS (
            DELETE FROM {answers} WHERE seq = ANY(ARRAY(
                SELECT seq FROM {answers} WHERE seq = ANY(ARRAY(
                    SELECT b.seq FROM before_them AS b WHERE NOT EXISTS (
                        SELECT FROM {deliveries} AS d WHERE d.seq BETWEEN b.seq AND coalesce(b.last_seq, b.seq) OFFSET 0)))
                FOR UPDATE SKIP LOCKED)))
        DELETE FROM {deliveries} WHERE seq = ANY(ARRAY(SELECT seq FROM removed))
        """;
}
