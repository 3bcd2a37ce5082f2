using static WebSo.Events.Inbox.Engine.Columns;

namespace WebSo.Events.Inbox.Engine;

// The statements of operators and of the maintenance. All of them find rows by sequence, which the caller has read before. If SQLite takes
// a table for empty, it uses any index that matches a constant, so length(handler) and abs(place) replace such columns.
internal static class InboxCommandSql
{
    public static readonly SqlStatement ReadStates = new(
        """
        SELECT d.sequence, d.endpoint, d.document, d.delivery_id, p.place, p.run, p.attempts, p.last_error, o.run, o.state, o.error, p.queue
        FROM {rows} JOIN webso_deliveries d ON d.sequence = r.sequence
            LEFT JOIN webso_pending p ON p.sequence = d.sequence
            LEFT JOIN webso_outcomes o ON o.sequence = d.sequence AND length(o.handler) = 0 AND o.superseded_at IS NULL
        """)
    {
        Row = [Sequence],
    };

    // If two sessions supersede an outcome concurrently, only one of them gets the row back.
    public static readonly SqlStatement Supersede = new(
        """
        UPDATE webso_outcomes SET superseded_at = @now
        WHERE sequence IN (SELECT r.sequence FROM {rows}) AND length(handler) = 0 AND superseded_at IS NULL
        RETURNING sequence
        """)
    {
        Parameters = [Now],
        Row = [Sequence],
    };

    // The caller has locked the head.
    public static readonly SqlStatement Demote = new(
        """
        UPDATE webso_pending SET place = sequence, due_at = @never
        WHERE sequence IN (SELECT
            (SELECT CASE WHEN h.token = 0 AND h.due_at < @never AND h.sequence > (SELECT min(w.place) FROM webso_pending w
                    WHERE w.endpoint = h.endpoint AND w.queue = h.queue AND w.place > 0) THEN h.sequence END
                FROM webso_pending h WHERE h.endpoint = r.endpoint AND h.queue = r.queue AND h.place = 0)
            FROM {rows})
        """)
    {
        Parameters = [new("never", SqlType.Time)],
        Row = [EndpointName, Queue],
    };

    // Restarts a held dead letter. It is a head without a lease, because this transaction has superseded its outcome.
    public static readonly SqlStatement Restart = new(
        """
        UPDATE webso_pending SET due_at = @now, written_at = @now, run = run + 1, attempts = 0, interruptions = 0, first_attempt_at = NULL
        WHERE sequence IN (SELECT r.sequence FROM {rows})
        """)
    {
        Parameters = [Now],
        Row = [Sequence],
    };

    // Also covers a delivery whose process ended; its next attempt is then not a takeover.
    public static readonly SqlStatement RetryNow = new(
        """
        UPDATE webso_pending SET due_at = @now, written_at = @now, token = 0, interruptions = 0
        WHERE sequence IN (SELECT r.sequence FROM {rows}) AND (token = 0 OR due_at <= @now) AND abs(place) = 0
        RETURNING sequence
        """)
    {
        Parameters = [Now],
        Row = [Sequence],
    };

    // A delivery that is being handled stays.
    public static readonly SqlStatement Remove = new(
        """
        DELETE FROM webso_pending WHERE (token = 0 OR due_at <= @now) AND sequence IN (SELECT r.sequence FROM {rows}) RETURNING sequence
        """)
    {
        Parameters = [Now],
        Row = [Sequence],
    };

    // Returns nothing for a delivery that is replayed concurrently. Uses DELETE instead of UPDATE, because a row that grows may leave a
    // copy in its page.
    public static readonly SqlStatement DeleteEnds = new(
        """
        DELETE FROM webso_outcomes WHERE sequence IN (SELECT r.sequence FROM {rows}) AND length(handler) = 0 AND superseded_at IS NULL RETURNING sequence
        """)
    {
        Row = [Sequence],
    };

    public static readonly SqlStatement SetRead = new(
        """
        UPDATE webso_deliveries SET event = r.event, document = r.document FROM {rows} WHERE webso_deliveries.sequence = r.sequence
        """)
    {
        Row = [Sequence, Event, Document],
    };

    public static readonly SqlStatement DeleteOutcomes = new("DELETE FROM webso_outcomes WHERE sequence IN (SELECT r.sequence FROM {rows})") { Row = [Sequence] };

    public static readonly SqlStatement DeleteDeliveries = new("DELETE FROM webso_deliveries WHERE sequence IN (SELECT r.sequence FROM {rows})") { Row = [Sequence] };

    // Nothing above this sequence was received before the given time. Sequence order is only roughly time order; deliveries missed for that
    // reason are found in a later run.
    public static readonly SqlStatement FindLastReceived = new(
        "SELECT sequence FROM webso_deliveries WHERE received_at < @received_at ORDER BY received_at DESC, sequence DESC LIMIT 1")
    {
        Parameters = [ReceivedAt],
    };

    // Locks the rows, so that none of them is replayed before it is removed.
    public static readonly SqlStatement FindOld = new(
        """
        SELECT p.sequence FROM webso_outcomes p
        WHERE p.endpoint = @endpoint AND p.state = @state AND p.handler = '' AND p.superseded_at IS NULL AND p.sequence <= @sequence AND p.ended_at < @ended_at
        ORDER BY p.sequence LIMIT @count OFFSET @skip {skip_locked}
        """)
    {
        Parameters = [EndpointName, State, Sequence, EndedAt, Count, new("skip", SqlType.Number)],
    };

    public static readonly SqlStatement DeleteDuplicates = new(
        """
        DELETE FROM webso_duplicates WHERE expires_at < @expires_at AND duplicate_key IN
            (SELECT duplicate_key FROM webso_duplicates WHERE expires_at < @expires_at ORDER BY expires_at LIMIT @count)
        """)
    {
        Parameters = [new("expires_at", SqlType.Time), Count],
    };

    public static readonly SqlStatement SetPaused = new("UPDATE webso_endpoints SET paused = @paused WHERE name = @endpoint")
    {
        Parameters = [new("paused", SqlType.Number), EndpointName],
    };
}
