using static WebSo.Events.Inbox.Engine.Columns;

namespace WebSo.Events.Inbox.Engine;

// The statements that grant, change and end leases. A change requires the token and returns no row if the lease was lost.
internal static class LeaseSql
{
    // A due row with a token belongs to a lease whose process ended.
    private const string GrantRow = """
        UPDATE webso_pending SET
            interruptions = CASE WHEN token <> 0 THEN interruptions + 1 ELSE interruptions END,
            token = @token, due_at = @due_at, written_at = @now, attempts = attempts + 1,
            first_attempt_at = COALESCE(first_attempt_at, @now)
        """;

    public static readonly SqlStatement FindDue = new(
        """
        SELECT p.sequence, p.token FROM webso_pending p
        WHERE p.endpoint = @endpoint AND p.due_at <= @now ORDER BY p.due_at, p.sequence LIMIT @count {skip_locked}
        """)
    {
        Parameters = [EndpointName, Now, Count],
    };

    // A row that is due but not found is locked by another transaction.
    public static readonly SqlStatement FindNextDue = new("SELECT min(due_at) FROM webso_pending WHERE endpoint = @endpoint") { Parameters = [EndpointName] };

    public static readonly SqlStatement Grant = new($$"""{{GrantRow}} WHERE sequence IN (SELECT r.sequence FROM {rows})""")
    {
        Parameters = [Token, DueAt, Now],
        Row = [Sequence],
        Steps = [$"{GrantRow} WHERE sequence = @sequence"],
    };

    // Scalar subqueries instead of EXISTS, which PostgreSQL may evaluate with a hash of all waiting rows.
    public static readonly SqlStatement Read = new(
        """
        SELECT p.sequence, p.queue, p.run, p.attempts, p.interruptions, p.first_attempt_at,
            p.endpoint, d.document, d.event, d.delivery_id, d.received_at, d.context, d.body,
            COALESCE((SELECT 1 FROM webso_pending w WHERE w.endpoint = p.endpoint AND w.queue = p.queue AND w.place > 0 LIMIT 1), 0),
            COALESCE((SELECT 1 FROM webso_outcomes o WHERE o.sequence = p.sequence AND o.run = p.run LIMIT 1), 0)
        FROM {rows} JOIN webso_pending p ON p.sequence = r.sequence LEFT JOIN webso_deliveries d ON d.sequence = p.sequence
        """)
    {
        Row = [Sequence],
    };

    // For a row whose delivery can't be read.
    public static readonly SqlStatement ReadPending = new("SELECT endpoint, queue, run FROM webso_pending WHERE sequence = @sequence") { Parameters = [Sequence] };

    public static readonly SqlStatement ReadCompleted = new(
        "SELECT o.sequence, o.handler FROM {rows} JOIN webso_outcomes o ON o.sequence = r.sequence AND o.run = r.run AND o.handler <> ''")
    {
        Row = [Sequence, Run],
    };

    // Renews a lease, releases it until a due time, or holds its document (due never).
    public static readonly SqlStatement Change = new(
        """
        UPDATE webso_pending SET
            due_at = r.due_at, written_at = @now, token = r.new_token, attempts = r.attempts, interruptions = r.interruptions,
            first_attempt_at = r.first_attempt_at, last_error = COALESCE(r.error, last_error)
        FROM {rows} WHERE webso_pending.sequence = r.sequence AND webso_pending.token = r.token
        RETURNING webso_pending.sequence
        """)
    {
        Parameters = [Now],
        Row = [Sequence, Token, DueAt, NewToken, Attempts, Interruptions, FirstAttemptAt, Error],
    };

    // Also returns the next delivery of the queue, whose head is locked.
    public static readonly SqlStatement End = new(
        """
        DELETE FROM webso_pending WHERE (sequence, token) IN (SELECT r.sequence, r.token FROM {rows})
        RETURNING sequence, token, last_error, endpoint,
            (SELECT w.sequence FROM webso_pending w WHERE w.endpoint = webso_pending.endpoint AND w.queue = webso_pending.queue AND w.place > 0 ORDER BY w.place LIMIT 1)
        """)
    {
        Row = [Sequence, Token],
        Steps =
        [
            """
            SELECT p.sequence, p.token, p.last_error, p.endpoint,
                (SELECT w.sequence FROM webso_pending w WHERE w.endpoint = p.endpoint AND w.queue = p.queue AND w.place > 0 ORDER BY w.place LIMIT 1)
            FROM webso_pending p WHERE p.sequence = @sequence AND p.token = @token
            """,
            "DELETE FROM webso_pending WHERE sequence = @sequence",
        ],
    };

    // The first waiting delivery of each queue that has no head.
    public static readonly SqlStatement FindNext = new(
        """
        SELECT p.sequence, p.endpoint FROM {rows} JOIN webso_pending p ON p.endpoint = r.endpoint AND p.queue = r.queue
        WHERE p.place > 0 AND p.place = (SELECT min(w.place) FROM webso_pending w WHERE w.endpoint = r.endpoint AND w.queue = r.queue)
        """)
    {
        Row = [EndpointName, Queue],
    };

    public static readonly SqlStatement Promote = new(
        """
        UPDATE webso_pending SET
            place = 0, due_at = r.due_at, written_at = @now, token = r.token, attempts = attempts + r.new_attempts,
            first_attempt_at = COALESCE(first_attempt_at, r.begun_at)
        FROM {rows} WHERE webso_pending.sequence = r.sequence
        """)
    {
        Parameters = [Now],
        Row = [Sequence, DueAt, Token, new("new_attempts", SqlType.Number), new("begun_at", SqlType.Time)],
        Steps =
        [
            """
            UPDATE webso_pending SET
                place = 0, due_at = @due_at, written_at = @now, token = @token, attempts = attempts + @new_attempts,
                first_attempt_at = COALESCE(first_attempt_at, @begun_at)
            WHERE sequence = @sequence
            """,
        ],
    };

    // Undoes the leases of a COMMIT whose outcome was unknown.
    public static readonly SqlStatement ReleaseToken = new(
        """
        UPDATE webso_pending SET
            first_attempt_at = CASE WHEN attempts <= 1 THEN NULL ELSE first_attempt_at END,
            attempts = attempts - 1, token = 0, due_at = @now, written_at = @now
        WHERE token = @token
        """)
    {
        Parameters = [Now, Token],
    };

    // Ends the leases of processes that have ended. The token stays, so that the next lease counts the interrupted attempt.
    public static readonly SqlStatement EndAll = new("UPDATE webso_pending SET due_at = @now, written_at = @now WHERE token <> 0")
    {
        Parameters = [Now],
    };

    // Restarts all leases after a clock step. A live owner renews its lease long before the end.
    public static readonly SqlStatement RestartAll = new(
        "UPDATE webso_pending SET due_at = @due_at, written_at = @now WHERE endpoint = @endpoint AND token <> 0 AND due_at < @never")
    {
        Parameters = [DueAt, Now, EndpointName, new("never", SqlType.Time)],
    };

    public static readonly SqlStatement MakeDue = new(
        """
        UPDATE webso_pending SET due_at = @now, written_at = @now
        WHERE endpoint = @endpoint AND token = 0 AND place = 0 AND written_at > @now + {minute} AND due_at < @never
        """)
    {
        Parameters = [Now, EndpointName, new("never", SqlType.Time)],
    };

    public static readonly SqlStatement Heartbeat = new(
        "UPDATE webso_endpoints SET alive_at = @now, downtime = downtime + @gap WHERE name = @endpoint AND alive_at = @alive_at")
    {
        Parameters = [Now, new("gap", SqlType.Number), EndpointName, new("alive_at", SqlType.Time)],
    };
}
