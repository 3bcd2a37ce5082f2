namespace WebSo.Events;

// The statements of the writer, with the name of the schema in them. Conditions of partial indexes stand in them literally, as they do
// in the indexes, since a planner can't know that of a parameter.
internal sealed class StoreSql(string schemaName)
{
    // Whatever a role's default: what is read after a lock must be what was committed before the lock was had.
    public const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    private readonly string _deliveries = $"{SchemaScript.Quote(schemaName)}.deliveries";

    public string Deliveries => _deliveries;

    public string Endpoints { get; } = $"{SchemaScript.Quote(schemaName)}.endpoints";

    public string Positions { get; } = $"{SchemaScript.Quote(schemaName)}.positions";

    // The promise is that of 'on': a default of the role or the database can only strengthen it. Without sequential scans, since a plan
    // made while the table is empty would be kept until the next ANALYZE, whatever came in by then.
    public string Settings { get; } =
        """
        SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
            set_config('enable_seqscan', 'off', true), set_config('lock_timeout', $1, true),
            set_config('idle_in_transaction_session_timeout', '10s', true)
        """;

    // Needs a transaction that may write, and the flush of the log at its end; leaves no row, and waits for no lock.
    public string Probe => $"SELECT nextval('{Positions}'), pg_logical_emit_message(true, 'webso_events', '')";

    // $1 queue keys, $2 numbers of stored events.
    public string Lock =>
        $"""
        SELECT pg_advisory_xact_lock(k) FROM (
            SELECT DISTINCT k FROM (
                SELECT unnest($1::bigint[]) AS k
                UNION ALL
                SELECT queue_key FROM {_deliveries} WHERE seq = ANY($2::bigint[])) AS a
            ORDER BY k OFFSET 0) AS ordered
        """;

    public string AddEndpoints => $"INSERT INTO {Endpoints} (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING name";

    // $1 numbers of stored events, $2 the sightings whose answer went out.
    public string Answered =>
        $"""
        UPDATE {_deliveries} AS d SET answered = i.number FROM unnest($1::bigint[], $2::integer[]) AS i (seq, number)
        WHERE d.seq = ANY($1) AND d.seq = i.seq AND d.answered < i.number
        RETURNING d.seq
        """;

    // Rows that are known by number are named by an array, and 'd.state + 0' hides the state from the planner: by the partial index it
    // would go through all that waits, however much that has become since its plan was made.
    // In all marks: $1 numbers, $2 tokens, $3 whether an attempt at this very mark may have been committed, though its answer was lost.
    // What it would have left behind is then as good as what it expects.
    public string CompleteHandler =>
        $"""
        UPDATE {_deliveries} AS d
        SET completed = CASE WHEN i.handler = ANY(coalesce(d.completed, ARRAY[]::text[])) THEN d.completed ELSE array_append(d.completed, i.handler) END
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::text[]) AS i (seq, token, in_doubt, handler)
        WHERE d.seq = ANY($1) AND d.seq = i.seq AND d.token = i.token AND d.state + 0 = 0 AND d.lease_until IS NOT NULL
        RETURNING d.seq, d.endpoint
        """;

    // $4 states, $5 errors, $6 now.
    public string Finish =>
        $"""
        UPDATE {_deliveries} AS d
        SET state = i.state, settled_at = coalesce($6, clock_timestamp()), lease_until = NULL, last_error = coalesce(i.error, d.last_error),
            completed = CASE WHEN i.state = 3 THEN NULL ELSE d.completed END
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::smallint[], $5::text[]) AS i (seq, token, in_doubt, state, error)
        WHERE d.seq = ANY($1) AND d.seq = i.seq AND d.token = i.token AND ((d.state = 0 AND d.lease_until IS NOT NULL) OR (i.in_doubt AND d.state = i.state))
        RETURNING d.seq, d.endpoint
        """;

    // $4 delays, $5 errors, $6 now.
    public string Retry =>
        $"""
        UPDATE {_deliveries} AS d SET due_at = coalesce($6, clock_timestamp()) + i.delay, lease_until = NULL, last_error = i.error
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[], $4::interval[], $5::text[]) AS i (seq, token, in_doubt, delay, error)
        WHERE d.seq = ANY($1) AND d.seq = i.seq AND d.token = i.token AND d.state + 0 = 0 AND (d.lease_until IS NOT NULL OR i.in_doubt)
        RETURNING d.seq, d.endpoint
        """;

    public string Release =>
        $"""
        UPDATE {_deliveries} AS d
        SET lease_until = NULL, attempts = d.attempts - (d.lease_until IS NOT NULL)::integer,
            first_attempt_at = CASE WHEN d.attempts - (d.lease_until IS NOT NULL)::integer = 0 THEN NULL ELSE d.first_attempt_at END
        FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS i (seq, token, in_doubt)
        WHERE d.seq = ANY($1) AND d.seq = i.seq AND d.token = i.token AND d.state + 0 = 0 AND (d.lease_until IS NOT NULL OR i.in_doubt)
        RETURNING d.seq, d.endpoint
        """;

    // Of the queues in which the events $1 stood, the first that still waits becomes the head. The head of a queue is always its first.
    public string Promote =>
        $"""
        UPDATE {_deliveries} SET state = 0 WHERE seq = ANY(ARRAY(
            SELECT head.seq
            FROM (SELECT DISTINCT queue_key, endpoint, document FROM {_deliveries} WHERE seq = ANY($1::bigint[]) AND document <> '') AS q
            CROSS JOIN LATERAL (
                SELECT d.seq, d.state FROM {_deliveries} AS d
                WHERE d.queue_key = q.queue_key AND d.endpoint = q.endpoint AND d.document = q.document AND d.state <= 1
                ORDER BY d.position LIMIT 1) AS head
            WHERE head.state = 1))
        RETURNING seq, endpoint
        """;

    // $1 now, $2 endpoint, $3 how many, $4 lease.
    public string Claim =>
        $"""
        WITH clock AS MATERIALIZED (SELECT coalesce($1, clock_timestamp()) AS now),
        due AS MATERIALIZED (
            SELECT d.seq FROM {_deliveries} AS d
            WHERE d.endpoint = $2 AND d.state = 0 AND d.due_at <= (SELECT now FROM clock)
                AND (d.lease_until IS NULL OR d.lease_until <= (SELECT now FROM clock))
                AND NOT EXISTS (SELECT FROM {Endpoints} WHERE name = $2 AND paused)
            ORDER BY d.due_at, d.position LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
        UPDATE {_deliveries} AS d
        SET token = d.token + 1, attempts = d.attempts + 1, lease_until = clock.now + $4,
            first_attempt_at = coalesce(d.first_attempt_at, clock.now)
        FROM clock WHERE d.seq = ANY(ARRAY(SELECT seq FROM due))
        RETURNING {DeliveryRow.Columns}, clock.now
        """;

    // After a claim: whether more heads are due, and when else something comes up by itself: the next that is not due, or the end of a
    // lease among those longest due, which are the ones that were claimed. $1 now, $2 endpoint.
    public string NextDue =>
        $"""
        WITH clock AS MATERIALIZED (SELECT coalesce($1, clock_timestamp()) AS now),
        oldest AS MATERIALIZED (
            SELECT lease_until FROM {_deliveries}
            WHERE endpoint = $2 AND state = 0 AND due_at <= (SELECT now FROM clock)
            ORDER BY due_at, position LIMIT 1000)
        SELECT now,
            EXISTS (SELECT FROM oldest WHERE lease_until IS NULL OR lease_until <= now),
            least(
                (SELECT due_at FROM {_deliveries} WHERE endpoint = $2 AND state = 0 AND due_at > (SELECT now FROM clock) ORDER BY due_at LIMIT 1),
                (SELECT min(lease_until) FROM oldest WHERE lease_until > now)),
            EXISTS (SELECT FROM {Endpoints} WHERE name = $2 AND paused)
        FROM clock
        """;

    // Rows that someone writes at this moment are left out: waiting for them could be a circle. Then the second statement tells which
    // claims are lost: one that was left out twice is as good as lost, since its lease ends soon. $1 numbers, $2 tokens, $3 now, $4 lease.
    public string Renew =>
        $"""
        UPDATE {_deliveries} AS d SET lease_until = coalesce($3, clock_timestamp()) + $4
        FROM (
            SELECT d.seq FROM {_deliveries} AS d JOIN unnest($1::bigint[], $2::bigint[]) AS i (seq, token) ON d.seq = i.seq
            WHERE d.seq = ANY($1) AND d.token = i.token AND d.state + 0 = 0 AND d.lease_until IS NOT NULL
            FOR UPDATE OF d SKIP LOCKED) AS kept
        WHERE d.seq = ANY($1) AND d.seq = kept.seq
        """;

    public string LostClaims =>
        $"""
        SELECT i.seq, i.token FROM unnest($1::bigint[], $2::bigint[]) AS i (seq, token)
        WHERE NOT EXISTS (
            SELECT FROM {_deliveries} AS d
            WHERE d.seq = ANY($1) AND d.seq = i.seq AND d.token = i.token AND d.state + 0 = 0
                AND d.lease_until > coalesce($3, clock_timestamp()) + $4 / 2)
        """;

    // $1 now, $2 endpoint, $3 state, $4 age, $5 how many. One that was seen within a day may be repeated yet, and would be handled again.
    public string Purge =>
        $"""
        DELETE FROM {_deliveries} WHERE seq = ANY(ARRAY(
            SELECT seq FROM {_deliveries}
            WHERE endpoint = $2 AND state >= 3 AND state = $3 AND settled_at <= coalesce($1, clock_timestamp()) - $4
                AND last_seen_at <= coalesce($1, clock_timestamp()) - greatest($4, interval '1 day')
            ORDER BY settled_at LIMIT $5 FOR UPDATE SKIP LOCKED))
        """;

    // The last of the unhandled events that are one too many, seen from the newest. $1 endpoint, $2 how many, $3 how many bytes.
    public string LastUnhandledBeyond =>
        $"""
        SELECT seq FROM (
            SELECT seq, row_number() OVER newest AS place, sum(body_length) OVER newest AS bytes
            FROM {_deliveries} WHERE endpoint = $1 AND state = 5
            WINDOW newest AS (ORDER BY seq DESC)) AS d
        WHERE place > $2 OR bytes > $3 ORDER BY seq DESC LIMIT 1
        """;

    // $1 endpoint, $2 the last to be removed, $3 how many.
    public string TrimUnhandled =>
        $"""
        DELETE FROM {_deliveries} WHERE seq IN (
            SELECT seq FROM {_deliveries} WHERE endpoint = $1 AND state = 5 AND seq <= $2 ORDER BY seq LIMIT $3 FOR UPDATE SKIP LOCKED)
        """;
}
