using static WebSo.Events.Inbox.Engine.Columns;

namespace WebSo.Events.Inbox.Engine;

// The statements that read deliveries and outcomes.
internal static class DeliverySql
{
    // Joins the current end of the run; null while the delivery is pending. Uses length(o.handler) so that the join goes by sequence: with
    // handler = '' a database could scan the index of all current ends.
    public const string JoinOutcomes = "LEFT JOIN webso_outcomes o ON o.sequence = d.sequence AND length(o.handler) = 0 AND o.superseded_at IS NULL";

    private const string EntryColumns =
        "d.sequence, d.delivery_id, d.endpoint, d.event, d.document, d.received_at, p.sequence, p.place, p.due_at, p.token, p.run, p.attempts, p.last_error, "
        + "o.state, o.ended_at, o.attempts, o.error, o.run, k.count, k.received_at, p.queue";

    private const string EntryTables =
        "{rows} JOIN webso_deliveries d ON d.sequence = r.sequence LEFT JOIN webso_pending p ON p.sequence = d.sequence " + JoinOutcomes
        + " LEFT JOIN webso_duplicates k ON k.duplicate_key = d.duplicate_key AND k.delivery_id = d.delivery_id {order r.n}";

    public static readonly SqlStatement ReadEntries = new($"SELECT {EntryColumns} FROM {EntryTables}") { Row = [Sequence] };

    // Context and body are read separately, because a body can be large, and either can be damaged.
    public static readonly SqlStatement ReadContext = new("SELECT context FROM webso_deliveries WHERE sequence = @sequence") { Parameters = [Sequence] };

    public static readonly SqlStatement ReadBody = new("SELECT body FROM webso_deliveries WHERE sequence = @sequence") { Parameters = [Sequence] };

    // count(*) keeps databases from searching the minimum and maximum in sequence order.
    public static readonly SqlStatement FindReceived = new(
        "SELECT min(sequence), max(sequence), count(*) FROM webso_deliveries WHERE received_at >= @received_from AND received_at < @received_before")
    {
        Parameters = [new("received_from", SqlType.Time), new("received_before", SqlType.Time)],
    };

    public static readonly SqlStatement ReadOutcomes = new(
        $"""
        SELECT run, handler, state, ended_at, attempts, duration, error FROM webso_outcomes
        WHERE sequence = @sequence AND handler <> '{DeadLetter.CallbackName}' ORDER BY run, ended_at, handler DESC
        """)
    {
        Parameters = [Sequence],
    };

    // Answered by an index alone, because a million deliveries may be pending. Includes leased and held ones.
    public static readonly SqlStatement CountPending = new("SELECT count(*) FROM webso_pending WHERE endpoint = @endpoint") { Parameters = [EndpointName] };

    // Counts only rows with a due time, at most one per document.
    public static readonly SqlStatement CountLeased = new(
        "SELECT count(*) FROM webso_pending WHERE endpoint = @endpoint AND due_at > @now AND due_at < @never AND token <> 0")
    {
        Parameters = [EndpointName, Now, new("never", SqlType.Time)],
    };

    // Dead letters that hold their document. They have pending rows, but are not handled.
    public static readonly SqlStatement CountHeld = new(
        """
        SELECT count(*) FROM webso_outcomes o CROSS JOIN webso_pending p
        WHERE o.endpoint = @endpoint AND o.state = @state AND o.handler = '' AND o.superseded_at IS NULL AND p.sequence = o.sequence
        """)
    {
        Parameters = [EndpointName, State],
    };

    public static readonly SqlStatement CountOutcomes = new(
        """
        SELECT state, count(*) FROM webso_outcomes o WHERE endpoint = @endpoint AND handler = '' AND superseded_at IS NULL GROUP BY state
        """)
    {
        Parameters = [EndpointName],
    };

    public static readonly SqlStatement CountState = new(
        "SELECT count(*) FROM webso_outcomes WHERE endpoint = @endpoint AND state = @state AND handler = '' AND superseded_at IS NULL")
    {
        Parameters = [EndpointName, State],
    };

    // In index order, up to the bound. The database determines the length of a body without reading it.
    public static readonly SqlStatement SizeOfState = new(
        """
        SELECT count(*), CAST(COALESCE(sum(s.bytes), 0) AS BIGINT) FROM
            (SELECT length(d.body) AS bytes FROM webso_outcomes o CROSS JOIN webso_deliveries d
            WHERE o.endpoint = @endpoint AND o.state = @state AND o.handler = '' AND o.superseded_at IS NULL AND d.sequence = o.sequence LIMIT @count) AS s
        """)
    {
        Parameters = [EndpointName, State, Count],
    };

    // COALESCE keeps databases from collecting and sorting all rows of the endpoint; in sequence order, the first row is found immediately.
    public static readonly SqlStatement ReadOldest = new(
        """
        SELECT (SELECT d.received_at FROM webso_deliveries d WHERE d.sequence = p.sequence) FROM webso_pending p
        WHERE COALESCE(p.endpoint, '') = @endpoint AND (p.place > 0 OR p.due_at < @never) ORDER BY p.sequence LIMIT 1
        """)
    {
        Parameters = [EndpointName, new("never", SqlType.Time)],
    };

    // Dead letters above a sequence, with and without a completed call, so that the LIMIT bounds the scan. The delivery itself is not read,
    // because it may be damaged.
    public static readonly SqlStatement FindDeadLetters = new(
        $"""
        SELECT o.sequence, o.run, o.ended_at,
            COALESCE((SELECT 1 FROM webso_outcomes h WHERE h.sequence = o.sequence AND h.run = o.run AND h.handler = '{DeadLetter.CallbackName}'), 0)
        FROM webso_outcomes o
        WHERE o.endpoint = @endpoint AND o.state = @state AND o.handler = '' AND o.superseded_at IS NULL AND o.sequence > @sequence
        ORDER BY o.sequence LIMIT @count
        """)
    {
        Parameters = [EndpointName, State, Sequence, Count],
    };

    public static readonly SqlStatement FindDuplicate = new(
        "SELECT 1 FROM webso_duplicates WHERE duplicate_key = @duplicate_key AND expires_at > @now AND last_seen_at <= @now + {minute}")
    {
        Parameters = [Now, KeyOfDuplicate],
    };

    public static readonly SqlStatement FindDue = new("SELECT 1 FROM webso_pending WHERE endpoint = @endpoint AND due_at <= @now LIMIT 1")
    {
        Parameters = [EndpointName, Now],
    };

    public static readonly SqlStatement IsPaused = new("SELECT paused FROM webso_endpoints WHERE name = @endpoint")
    {
        Parameters = [EndpointName],
    };

    public static readonly SqlStatement ReadLast = new("SELECT max(sequence) FROM webso_deliveries");

    public static readonly SqlStatement ReadNow = new("SELECT {now}") { Parameters = [Now] };
}
