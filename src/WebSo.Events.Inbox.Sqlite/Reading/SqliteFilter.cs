namespace WebSo.Events;

// A filter as SQL. The index is named where the planner, which has no statistics, could choose one that leads through everything.
internal sealed class SqliteFilter
{
    private const string NotIndexed = "NOT INDEXED";

    private readonly WebSoInboxFilter _filter;

    public SqliteFilter(WebSoInboxFilter filter)
    {
        _filter = filter;
        var conditions = new List<string> { "1" };
        if (filter.DeliveryId is not null)
            conditions.Add("d.delivery_id = ?1");
        if (filter.EndpointName is not null)
            conditions.Add("d.endpoint = (SELECT id FROM endpoints WHERE name = ?2)");
        else if (filter.State is not null)
            conditions.Add("d.endpoint IN (SELECT id FROM endpoints)");
        if (filter.DocumentId is not null)
            conditions.Add("d.document = ?3");
        if (filter.EventName is not null)
            conditions.Add("d.event = ?4");
        if (filter.State is { } state)
            conditions.Add(ConditionOf(state));
        if (filter.ReceivedFrom is not null)
            conditions.Add("d.received_at >= ?5");
        if (filter.ReceivedBefore is not null)
            conditions.Add("d.received_at < ?6");
        Condition = string.Join(" AND ", conditions);
        Index = IndexOf(filter);
        IsByTime = filter is { DeliveryId: null, DocumentId: null, State: null or WebSoInboxState.Handled } && (filter.ReceivedFrom ?? filter.ReceivedBefore) is not null;
    }

    public string Condition { get; }

    public string Index { get; }

    private bool IsByTime { get; }

    public void Bind(SqliteStatement statement)
    {
        if (_filter.DeliveryId is { } id)
            statement.Bind(1, GuidBytes.Of(id));
        if (_filter.EndpointName is { } endpoint)
            statement.Bind(2, endpoint);
        if (_filter.DocumentId is { } document)
            statement.Bind(3, document);
        if (_filter.EventName is { } name)
            statement.Bind(4, name);
        if (_filter.ReceivedFrom is { } from)
            statement.Bind(5, from.UtcTicks);
        if (_filter.ReceivedBefore is { } before)
            statement.Bind(6, before.UtcTicks);
    }

    // The first and the last number that can be meant. Events arrive in order of time, but for little, so those of a time lie together.
    public (long First, long Last) FindRange(SqliteDatabase database)
    {
        var last = database["SELECT max(seq) FROM deliveries"].ReadInt64() ?? 0;
        if (!IsByTime)
            return (1, last);

        var range = database["SELECT min(first), max(last) FROM minutes WHERE minute >= ?1 AND minute <= ?2"]
            .Bind(1, (_filter.ReceivedFrom ?? DateTimeOffset.MinValue).UtcTicks / TimeSpan.TicksPerMinute)
            .Bind(2, (_filter.ReceivedBefore ?? DateTimeOffset.MaxValue).UtcTicks / TimeSpan.TicksPerMinute);
        range.Step();
        var found = (range.Int64(0), Math.Min(range.Int64(1), last));
        range.Reset();
        return found;
    }

    // The condition of the index that serves it stands in it.
    private static string ConditionOf(WebSoInboxState state) => state switch
    {
        WebSoInboxState.Pending => "d.state <= 1 AND d.state <= 2",
        WebSoInboxState.Handling => "d.state = 2",
        _ => $"d.state = {(int)state} AND d.state >= 3",
    };

    private static string IndexOf(WebSoInboxFilter filter) => filter switch
    {
        { DeliveryId: not null } => "INDEXED BY deliveries_id",
        { DocumentId: not null } => "INDEXED BY deliveries_document",
        { State: WebSoInboxState.Pending } => "INDEXED BY deliveries_queue",
        { State: WebSoInboxState.Handling } => "INDEXED BY deliveries_handling",
        { State: > WebSoInboxState.Handled } => "INDEXED BY deliveries_settled",
        _ => NotIndexed,
    };
}
