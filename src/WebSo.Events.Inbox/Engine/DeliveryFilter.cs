using System.Collections.Concurrent;
using System.Text;

namespace WebSo.Events.Inbox.Engine;

// Translates a filter to SQL, in two steps: find the sequences, then read their entries. The first step always uses an index: that of the
// delivery ID, the document, the state within an endpoint, or otherwise the sequence, narrowed to the requested times.
internal sealed class DeliveryFilter(WebSoInboxFilter filter, DateTime now)
{
    // Keyed by text, of which there are few variants: each statement instance is the key of a prepared command.
    private static readonly ConcurrentDictionary<string, SqlStatement> s_statements = new(StringComparer.Ordinal);

    private static readonly DateTime s_first = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    // The table to search first, so that a few matches among many rows are found quickly.
    private string First => filter switch
    {
        { DeliveryId: not null } or { DocumentId: not null } or { State: null } => "d",
        { State: WebSoInboxState.Pending or WebSoInboxState.Handling } => "p",
        _ => "o",
    };

    // Reads entries below a sequence in descending order, or above it in ascending order. Returns the last sequence, or null if there are
    // no more. Entries are read after the search, so one whose state has changed in between is left out.
    public long? Query(SqlSession session, long from, int count, bool isDescending, Action<SqlRow, WebSoInboxEntry> read)
    {
        var range = isDescending ? (First: 0L, Last: from - 1) : (First: from + 1, Last: long.MaxValue);
        if (!TryNarrow(session, ref range))
            return null;

        var found = new List<long>();
        foreach (var endpoint in EndpointsOf(session))
            Find(session, endpoint, range, count + 1, isDescending, found);
        found.Sort();
        if (isDescending)
            found.Reverse();
        session.ExecuteRows(DeliverySql.ReadEntries, [], [.. found.Take(count).Select(sequence => new object?[] { sequence })], row =>
        {
            var entry = DeliveryEntry.Read(row, now);
            if (filter.State is null || filter.State == entry.State)
                read(row, entry);
        });
        return found.Count > count ? found[count - 1] : null;
    }

    // Narrows the sequences to the requested times, if no other index applies. Returns false if nothing was received in that time.
    private bool TryNarrow(SqlSession session, ref (long First, long Last) range)
    {
        if (filter is { DeliveryId: not null } or { DocumentId: not null } or { ReceivedFrom: null, ReceivedBefore: null })
            return true;

        var found = (First: 0L, Last: -1L);
        session.Query(
            DeliverySql.FindReceived,
            [filter.ReceivedFrom?.UtcDateTime ?? s_first, filter.ReceivedBefore?.UtcDateTime ?? WriteTransaction.Never],
            row => found = row.IsNull(0) ? found : (row.Number(0), row.Number(1)));
        range = (Math.Max(range.First, found.First), Math.Min(range.Last, found.Last));
        return range.First <= range.Last;
    }

    // The index of the states is ordered per endpoint. A null element means all endpoints in one query.
    private List<string?> EndpointsOf(SqlSession session)
    {
        if (filter.EndpointName is not null || First != "o")
            return [filter.EndpointName];

        var names = new List<string?>();
        session.Query(AppendSql.ReadEndpoints, [now], row => names.Add(row.Text(0)));
        return names;
    }

    private void Find(SqlSession session, string? endpoint, (long First, long Last) range, int count, bool isDescending, List<long> found)
    {
        var (parameters, values) = (new List<SqlColumn>(), new List<object?>());
        var text = new StringBuilder($"SELECT {First}.sequence FROM {Tables()} WHERE {First}.sequence >= @from_sequence AND {First}.sequence <= @to_sequence");
        AddState();
        Add("d.delivery_id = @delivery_id", new("delivery_id", SqlType.Guid), filter.DeliveryId);
        Add($"{(First == "o" ? "o" : "d")}.endpoint = @endpoint", new("endpoint", SqlType.Name), endpoint);
        Add("d.document = @document", new("document", SqlType.Name), filter.DocumentId);
        Add("d.event = @event", new("event", SqlType.Name), filter.EventName);
        Add("d.received_at >= @received_from", new("received_from", SqlType.Time), filter.ReceivedFrom?.UtcDateTime);
        Add("d.received_at < @received_before", new("received_before", SqlType.Time), filter.ReceivedBefore?.UtcDateTime);
        text.Append($" ORDER BY {First}.sequence {(isDescending ? "DESC" : "ASC")} LIMIT @count");
        parameters.AddRange([new("from_sequence", SqlType.Number), new("to_sequence", SqlType.Number), new("count", SqlType.Number)]);
        values.AddRange([range.First, range.Last, (long)count]);
        var statement = s_statements.GetOrAdd(text.ToString(), key => new SqlStatement(key) { Parameters = parameters });
        session.Query(statement, [.. values], row => found.Add(row.Number(0)));

        // A leased row is being handled. A held dead letter has a pending row, but the state of its outcome. The conditions use no OR on
        // the due time, because databases would then scan the index of due times.
        void AddState()
        {
            switch (filter.State)
            {
                case null:
                    return;
                case WebSoInboxState.Pending:
                    text.Append(" AND d.sequence = p.sequence AND o.sequence IS NULL");
                    Add("(p.token = 0 OR p.due_at <= @now)", Columns.Now, now);
                    return;
                case WebSoInboxState.Handling:
                    text.Append(" AND d.sequence = p.sequence AND o.sequence IS NULL AND p.token <> 0");
                    Add("(p.token = 0 OR p.due_at > @now)", Columns.Now, now);
                    return;
                default:
                    text.Append(" AND d.sequence = o.sequence AND o.handler = '' AND o.superseded_at IS NULL");
                    Add("o.state = @state", Columns.State, (long)filter.State);
                    return;
            }
        }

        void Add(string condition, SqlColumn parameter, object? value)
        {
            if (value is null)
                return;

            text.Append(" AND ").Append(condition);
            parameters.Add(parameter);
            values.Add(value);
        }
    }

    // CROSS JOIN makes SQLite keep this join order.
    private string Tables() => (First, filter.State) switch
    {
        ("d", null) => "webso_deliveries d",
        ("d", WebSoInboxState.Pending or WebSoInboxState.Handling) => $"webso_deliveries d CROSS JOIN webso_pending p {DeliverySql.JoinOutcomes}",
        ("d", _) => "webso_deliveries d CROSS JOIN webso_outcomes o",
        ("p", _) => $"webso_pending p CROSS JOIN webso_deliveries d {DeliverySql.JoinOutcomes}",
        _ => "webso_outcomes o CROSS JOIN webso_deliveries d",
    };
}
