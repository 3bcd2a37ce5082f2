namespace WebSo.Events;

// A filter as SQL. The index is named where the planner, which has no statistics, could choose one that leads through everything.
internal sealed class SqliteFilter
{
    private const string NotIndexed = "NOT INDEXED";
    private const string FromCondition = "d.received_at >= ?5";
    private const string BeforeCondition = "d.received_at < ?6";

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
            conditions.Add(FromCondition);
        if (filter.ReceivedBefore is not null)
            conditions.Add(BeforeCondition);
        Condition = string.Join(" AND ", conditions);
        Index = IndexOf(filter);
        IsByTime = filter is { DeliveryId: null, DocumentId: null, State: null or WebSoInboxState.Handled } && (filter.ReceivedFrom ?? filter.ReceivedBefore) is not null;
    }

    public string Condition { get; }

    public string Index { get; }

    // For going through in order of arrival, page by page: one that sorts is of use where it finds few.
    public string IndexInOrder => IsByTime ? NotIndexed : Index;

    private bool IsByTime { get; }

    private string TimeCondition => (_filter.ReceivedFrom, _filter.ReceivedBefore) switch
    {
        (not null, not null) => FromCondition + " AND " + BeforeCondition,
        (not null, null) => FromCondition,
        _ => BeforeCondition,
    };

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
        BindTimes(statement);
    }

    // The first and the last number that can be meant. Events arrive in order of time, but for little, so those of a time lie together.
    public (long First, long Last) FindRange(SqliteDatabase database)
    {
        var range = IsByTime
            ? database["SELECT min(d.seq), max(d.seq) FROM deliveries d INDEXED BY deliveries_received WHERE " + TimeCondition]
            : database["SELECT 1, max(seq) FROM deliveries"];
        if (IsByTime)
            BindTimes(range);
        range.Step();
        var found = (range.Int64(0), range.Int64(1));
        range.Reset();
        return found;
    }

    private void BindTimes(SqliteStatement statement)
    {
        if (_filter.ReceivedFrom is { } from)
            statement.Bind(5, from.UtcTicks);
        if (_filter.ReceivedBefore is { } before)
            statement.Bind(6, before.UtcTicks);
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
        { ReceivedFrom: not null } => "INDEXED BY deliveries_received",
        _ => NotIndexed,
    };
}
