using System.Collections.Concurrent;
using System.Text;
using static WebSo.Events.Engine.Columns;

namespace WebSo.Events.Engine;

// A filter as SQL. The state decides the table that the search begins with, so that few are found among many at once.
internal sealed class DeliveryFilter
{
    // By their text, which is one of few: a statement is the key of its prepared command.
    private static readonly ConcurrentDictionary<string, SqlStatement> s_statements = new(StringComparer.Ordinal);

    private static readonly SqlColumn s_from = new("from_sequence", SqlType.Number);

    private readonly List<SqlColumn> _parameters = [];
    private readonly List<object?> _values = [];
    private readonly StringBuilder _conditions = new();
    private readonly string _first;

    public DeliveryFilter(WebSoInboxFilter filter, DateTime now)
    {
        _first = filter.State switch
        {
            null => "d",
            WebSoInboxState.Pending or WebSoInboxState.Handling => "p",
            _ => "o",
        };
        AddState(filter.State, now);
        Add("d.delivery_id = @delivery_id", DeliveryId, filter.DeliveryId);
        Add($"{(_first == "o" ? "o" : "d")}.endpoint = @endpoint", Endpoint, filter.EndpointName);
        Add("d.document = @document", Document, filter.DocumentId);
        Add("d.event = @event", Event, filter.EventName);
        Add("d.received_at >= @received_from", new("received_from", SqlType.Time), filter.ReceivedFrom?.UtcDateTime);
        Add("d.received_at < @received_before", new("received_before", SqlType.Time), filter.ReceivedBefore?.UtcDateTime);
    }

    // The rows below a sequence, the last first; or above one, the first first.
    public void Query(SqlSession session, string columns, long from, int count, bool isDescending, Action<SqlRow> read)
    {
        var (sequence, order) = ($"{_first}.sequence", isDescending ? "DESC" : "ASC");
        var text = $"""
            SELECT {columns} FROM {Tables}
            WHERE {sequence} {(isDescending ? "<" : ">")} @from_sequence{_conditions}
            ORDER BY {sequence} {order} LIMIT @count
            """;
        var statement = s_statements.GetOrAdd(text, key => new SqlStatement(key) { Parameters = [.. _parameters, s_from, Count] });
        session.Query(statement, [.. _values, from, (long)count], read);
    }

    private string Tables => _first switch
    {
        "p" => $"webso_pending p CROSS JOIN webso_deliveries d {DeliverySql.JoinOutcomes} {DeliverySql.JoinDuplicates}",
        "o" => $"webso_outcomes o CROSS JOIN webso_deliveries d {DeliverySql.JoinPending} {DeliverySql.JoinDuplicates}",
        _ => $"webso_deliveries d {DeliverySql.JoinPending} {DeliverySql.JoinOutcomes} {DeliverySql.JoinDuplicates}",
    };

    // A row leased until later is being handled; a held dead letter has a row of its own and the state of its outcome.
    private void AddState(WebSoInboxState? state, DateTime now)
    {
        switch (state)
        {
            case null:
                return;
            case WebSoInboxState.Pending:
                _conditions.Append(" AND d.sequence = p.sequence AND o.sequence IS NULL");
                Add("(p.token = 0 OR p.due_at <= @now)", Now, now);
                return;
            case WebSoInboxState.Handling:
                _conditions.Append(" AND d.sequence = p.sequence AND o.sequence IS NULL AND p.token <> 0");
                Add("p.due_at > @now", Now, now);
                return;
            default:
                _conditions.Append(" AND d.sequence = o.sequence AND o.handler = '' AND o.superseded_at IS NULL");
                Add("o.state = @state", State, (long)state);
                return;
        }
    }

    private void Add(string condition, SqlColumn parameter, object? value)
    {
        if (value is null)
            return;

        _conditions.Append(" AND ").Append(condition);
        _parameters.Add(parameter);
        _values.Add(value);
    }
}
