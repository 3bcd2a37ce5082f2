using static WebSo.Events.Inbox.Engine.Columns;

namespace WebSo.Events.Inbox.Engine;

// The statements that store deliveries.
internal static class AppendSql
{
    // An existing key makes the call a duplicate if its window has not ended and it was not written before the clock stepped back. IsSame
    // covers a batch that is written again.
    private const string IsSame = "webso_duplicates.delivery_id = excluded.delivery_id";

    private const string IsDuplicate =
        "webso_duplicates.expires_at > excluded.last_seen_at AND webso_duplicates.last_seen_at <= excluded.last_seen_at + {minute}";

    private const string OnConflictOfKeys = $$"""
        ON CONFLICT (duplicate_key) DO UPDATE SET
            count = CASE WHEN {{IsSame}} THEN webso_duplicates.count
                WHEN {{IsDuplicate}} THEN webso_duplicates.count + excluded.count ELSE excluded.count END,
            delivery_id = CASE WHEN {{IsDuplicate}} THEN webso_duplicates.delivery_id ELSE excluded.delivery_id END,
            last_seen_at = excluded.last_seen_at, expires_at = excluded.expires_at, received_at = excluded.received_at
        """;

    public static readonly SqlStatement AddEndpoint = new(
        """
        INSERT INTO webso_endpoints(name, schema_version, paused, alive_at, downtime)
        SELECT r.name, r.schema_version, 0, r.alive_at, 0 FROM {rows} {order r.name}
        ON CONFLICT (name) DO NOTHING
        """)
    {
        Row = [new("name", SqlType.Name), new("schema_version", SqlType.Number), new("alive_at", SqlType.Time)],
    };

    public static readonly SqlStatement ReadEndpoints = new("SELECT name, schema_version, paused, alive_at, downtime, {now} FROM webso_endpoints")
    {
        Parameters = [Now],
    };

    // LATERAL locks the rows one by one, in this order, by the index. A join could scan all pending rows.
    public static readonly SqlStatement LockHeads = new(
        """
        SELECT l.sequence FROM (SELECT r.endpoint, r.queue FROM {rows} {order r.endpoint, r.queue}) AS q CROSS JOIN LATERAL
            (SELECT p.sequence FROM webso_pending p WHERE p.endpoint = q.endpoint AND p.queue = q.queue AND p.place = 0 {for_update}) AS l
        """)
    {
        Row = [EndpointName, Queue],
    };

    // Returns the delivery that the key belongs to: the new one, or the stored one that it duplicates.
    public static readonly SqlStatement AddKeys = new(
        $$"""
        INSERT INTO webso_duplicates(duplicate_key, delivery_id, last_seen_at, expires_at, received_at, count)
        SELECT r.duplicate_key, r.delivery_id, r.last_seen_at, r.expires_at, r.received_at, r.count FROM {rows} {order r.duplicate_key}
        {{OnConflictOfKeys}}
        RETURNING duplicate_key, delivery_id, count
        """)
    {
        Row =
        [
            KeyOfDuplicate, DeliveryId, new("last_seen_at", SqlType.Time), new("expires_at", SqlType.Time), ReceivedAt, Count,
        ],
        Steps =
        [
            $"""
            INSERT INTO webso_duplicates(duplicate_key, delivery_id, last_seen_at, expires_at, received_at, count)
            VALUES (@duplicate_key, @delivery_id, @last_seen_at, @expires_at, @received_at, @count)
            {OnConflictOfKeys}
            """,
            "SELECT duplicate_key, delivery_id, count FROM webso_duplicates WHERE duplicate_key = @duplicate_key",
        ],
    };

    // Skips deliveries whose key, written before, belongs to another delivery. Returns nothing for a delivery that is already stored, which
    // happens when a batch is written again after a COMMIT whose outcome was unknown. The scalar subquery uses the index; EXISTS might be
    // hashed.
    public static readonly SqlStatement AddDeliveries = new(
        """
        INSERT INTO webso_deliveries(delivery_id, endpoint, document, event, received_at, duplicate_key, context, body)
        SELECT q.delivery_id, q.endpoint, q.document, q.event, q.received_at, q.duplicate_key, q.context, q.body FROM
            (SELECT * FROM {rows} WHERE r.duplicate_key IS NULL
                OR r.delivery_id = (SELECT k.delivery_id FROM webso_duplicates k WHERE k.duplicate_key = r.duplicate_key)) AS q {order q.n}
        ON CONFLICT (delivery_id) DO NOTHING
        RETURNING delivery_id, sequence
        """)
    {
        Row =
        [
            DeliveryId, EndpointName, Document, Event, ReceivedAt, KeyOfDuplicate, new("context", SqlType.Text), new("body", SqlType.Bytes),
        ],

        // Known duplicates are not among the rows.
        Steps =
        [
            """
            INSERT INTO webso_deliveries(delivery_id, endpoint, document, event, received_at, duplicate_key, context, body)
            VALUES (@delivery_id, @endpoint, @document, @event, @received_at, @duplicate_key, @context, @body)
            ON CONFLICT (delivery_id) DO NOTHING
            """,
            "SELECT delivery_id, sequence FROM webso_deliveries WHERE delivery_id = @delivery_id",
        ],
    };

    // Returns the head of the queue and locks it: the new delivery, or the one that it waits behind.
    public static readonly SqlStatement AddHeads = new(
        """
        INSERT INTO webso_pending(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, interruptions, first_attempt_at)
        SELECT r.sequence, r.endpoint, r.queue, 0, r.due_at, @now, r.token, r.run, r.attempts, 0, r.first_attempt_at
        FROM {rows} {order r.endpoint, r.queue}
        ON CONFLICT (endpoint, queue, place) DO UPDATE SET place = 0
        RETURNING endpoint, queue, sequence
        """)
    {
        Parameters = [Now],
        Row = [Sequence, EndpointName, Queue, DueAt, Token, Run, Attempts, FirstAttemptAt],
        Steps =
        [
            """
            INSERT INTO webso_pending(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, interruptions, first_attempt_at)
            VALUES (@sequence, @endpoint, @queue, 0, @due_at, @now, @token, @run, @attempts, 0, @first_attempt_at)
            ON CONFLICT (endpoint, queue, place) DO UPDATE SET place = 0
            """,
            "SELECT endpoint, queue, sequence FROM webso_pending WHERE endpoint = @endpoint AND queue = @queue AND place = 0",
        ],
    };

    // Skips deliveries that are already heads.
    public static readonly SqlStatement AddWaiting = new(
        """
        INSERT INTO webso_pending(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, interruptions)
        SELECT r.sequence, r.endpoint, r.queue, r.sequence, @never, @now, 0, r.run, 0, 0 FROM {rows}
        WHERE (SELECT count(*) FROM webso_pending p WHERE p.sequence = r.sequence) = 0
        """)
    {
        Parameters = [Now, new("never", SqlType.Time)],
        Row = [Sequence, EndpointName, Queue, Run],
        Steps =
        [
            """
            INSERT INTO webso_pending(sequence, endpoint, queue, place, due_at, written_at, token, run, attempts, interruptions)
            VALUES (@sequence, @endpoint, @queue, @sequence, @never, @now, 0, @run, 0, 0)
            """,
        ],
    };

    public static readonly SqlStatement AddOutcomes = new(
        """
        INSERT INTO webso_outcomes(sequence, run, handler, endpoint, state, ended_at, attempts, duration, error)
        SELECT r.sequence, r.run, r.handler, r.endpoint, r.state, r.ended_at, r.attempts, r.duration, r.error FROM {rows} {order r.n}
        ON CONFLICT (sequence, run, handler) DO NOTHING
        """)
    {
        Row = [Sequence, Run, Handler, EndpointName, State, EndedAt, Attempts, Duration, Error],
        Steps =
        [
            """
            INSERT INTO webso_outcomes(sequence, run, handler, endpoint, state, ended_at, attempts, duration, error)
            VALUES (@sequence, @run, @handler, @endpoint, @state, @ended_at, @attempts, @duration, @error)
            ON CONFLICT (sequence, run, handler) DO NOTHING
            """,
        ],
    };
}
