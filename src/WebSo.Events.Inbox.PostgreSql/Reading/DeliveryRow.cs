using System.Net;
using System.Text.Json;
using Npgsql;

namespace WebSo.Events;

// A row of the deliveries, read in the order of these columns. In a query the table is named d.
internal static class DeliveryRow
{
    // The sighting that was answered is of another table: what does not ask for it gives a number.
    public static string Columns(string answered) =>
        $"""
        d.seq, d.token, d.delivery_id, d.endpoint, d.event, d.document, d.state, d.received_at, d.sightings, d.last_seen_at, {answered},
        d.attempts, d.due_at, d.settled_at, d.last_error, d.is_replay, d.lease_until, d.first_attempt_at, d.path, d.query, d.route_values,
        d.remote_address, d.correlation_id, d.completed, d.body, d.position, d.trace_parent, d.trace_state
        """;

    // Of what follows Columns.
    public const int NextColumn = 28;

    public static WebSoInboxEntry ReadEntry(NpgsqlDataReader row)
    {
        var state = row.GetInt16(6) switch
        {
            <= 1 when !row.IsDBNull(16) => WebSoInboxState.Handling,
            <= 1 => WebSoInboxState.Pending,
            var settled => (WebSoInboxState)settled,
        };
        return new WebSoInboxEntry
        {
            DeliveryId = row.GetGuid(2),
            EndpointName = Text(row, 3),
            EventName = Text(row, 4),
            DocumentId = Text(row, 5),
            State = state,
            ReceivedAt = Time(row, 7),
            Sightings = row.GetInt32(8),
            LastSeenAt = Time(row, 9),
            IsAnswered = row.GetInt32(10) >= row.GetInt32(8),
            Attempts = row.GetInt32(11),
            NextAttemptAt = state == WebSoInboxState.Pending ? Time(row, 12) : null,
            SettledAt = row.IsDBNull(13) ? null : Time(row, 13),
            LastError = TextOrNull(row, 14),
            IsReplay = row.GetBoolean(15),
        };
    }

    public static WebSoInboxDetails ReadDetails(NpgsqlDataReader row) =>
        new(ReadEntry(row), ReadContext(row, Math.Max(1, row.GetInt32(11)), out _), ReadCompleted(row));

    // The flaw says what of it can't be read: someone has written to the table.
    public static WebSoInboxClaim ReadClaim(NpgsqlDataReader row, out string? flaw) => new()
    {
        Id = row.GetInt64(0),
        Token = row.GetInt64(1),
        Context = ReadContext(row, row.GetInt32(11), out flaw),
        EventName = Text(row, 4),
        DocumentId = Text(row, 5),
        CompletedHandlers = ReadCompleted(row),
        Age = row.GetDateTime(NextColumn) - row.GetDateTime(17),
        Trace = TextOrNull(row, 26) is { } parent ? new WebSoTraceContext(parent, TextOrNull(row, 27)) : null,
    };

    private static WebSoEventContext ReadContext(NpgsqlDataReader row, int attempt, out string? flaw)
    {
        flaw = null;
        var address = default(IPAddress);
        if (!row.IsDBNull(21) && !IPAddress.TryParse(row.GetString(21), out address))
            flaw = "remote_address is no IP address";
        if (!TryReadRouteValues(row, out var routeValues))
            flaw ??= "route_values is no JSON object of strings";
        return new WebSoEventContext
        {
            DeliveryId = row.GetGuid(2),
            EndpointName = Text(row, 3),
            ReceivedAt = Time(row, 7),
            RequestPath = Text(row, 18),
            QueryString = Text(row, 19),
            RouteValues = routeValues,
            RemoteAddress = address,
            CorrelationId = TextOrNull(row, 22),
            Attempt = attempt,
            IsReplay = row.GetBoolean(15),
            Body = row.GetFieldValue<byte[]>(24),
        };
    }

    private static bool TryReadRouteValues(NpgsqlDataReader row, out Dictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (row.IsDBNull(20))
            return true;

        try
        {
            foreach (var value in JsonSerializer.Deserialize(row.GetString(20), RouteValuesJson.Default.DictionaryStringString) ?? [])
                values[value.Key] = value.Value;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string[] ReadCompleted(NpgsqlDataReader row) =>
        row.IsDBNull(23) ? [] : [.. row.GetFieldValue<string[]>(23).Select(StoreText.Decode)];

    private static string Text(NpgsqlDataReader row, int column) => StoreText.Decode(row.GetString(column));

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Text(row, column);

    private static DateTimeOffset Time(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);
}
