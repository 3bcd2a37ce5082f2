using System.Net;

namespace WebSo.Events;

// A row of deliveries, as it is listed, shown and claimed.
internal static class DeliveryRow
{
    public const string EntryColumns = FirstColumns + AnsweredRanges.LastAnswered + LastColumns;

    public const string AllColumns = EntryColumns + ContextColumns;

    // Whether it was answered is of no account for who handles it.
    public const string ClaimColumns = FirstColumns + "0" + LastColumns + ContextColumns;

    private const string FirstColumns = "d.seq, d.delivery_id, e.name, d.event, d.document, d.state, d.received_at, d.sightings, d.last_seen_at, ";
    private const string LastColumns = ", d.attempts, d.due_at, d.settled_at, d.last_error, d.is_replay";
    private const string ContextColumns =
        ", d.request_path, d.query, d.route_values, d.remote_address, d.correlation_id, d.body, d.first_attempt_at, d.endpoint, d.trace_parent, d.trace_state";

    public const string From = " FROM deliveries d JOIN endpoints e ON e.id = d.endpoint ";

    public static long Sequence(SqliteStatement row) => row.Int64(0);

    public static string Document(SqliteStatement row) => row.Text(4);

    public static int Attempts(SqliteStatement row) => row.Int32(10);

    public static long? FirstAttemptAt(SqliteStatement row) => row.IsNull(21) ? null : row.Int64(21);

    public static long Endpoint(SqliteStatement row) => row.Int64(22);

    public static WebSoTraceContext? ReadTrace(SqliteStatement row) =>
        row.TextOrNull(23) is { } parent ? new WebSoTraceContext(parent, row.TextOrNull(24)) : null;

    public static WebSoInboxEntry ReadEntry(SqliteStatement row)
    {
        var state = row.Int64(5);
        return new WebSoInboxEntry
        {
            DeliveryId = Id(row.Blob(1)),
            EndpointName = row.Text(2),
            EventName = row.Text(3),
            DocumentId = row.Text(4),
            State = state == DocumentQueue.Waiting ? WebSoInboxState.Pending : (WebSoInboxState)state,
            ReceivedAt = Time(row.Int64(6)),
            Sightings = row.Int32(7),
            LastSeenAt = Time(row.Int64(8)),
            IsAnswered = row.Int32(9) >= row.Int32(7),
            Attempts = row.Int32(10),
            NextAttemptAt = state <= DocumentQueue.Waiting ? Time(row.Int64(11)) : null,
            SettledAt = row.IsNull(12) ? null : Time(row.Int64(12)),
            LastError = row.TextOrNull(13),
            IsReplay = row.Int64(14) != 0,
        };
    }

    // What can be read of it. The flaw says what can't: someone has written to the file, or a disk has.
    public static WebSoEventContext ReadContext(SqliteStatement row, int attempt, out string? flaw)
    {
        var address = default(IPAddress);
        flaw = row.Blob(1).Length != GuidBytes.Length ? "delivery_id is not 16 bytes"
            : !IsTime(row.Int64(6)) ? "received_at is no time"
            : row.TextOrNull(18) is { } text && !IPAddress.TryParse(text, out address) ? "remote_address is no IP address"
            : null;
        if (!RouteValuesText.TryRead(row.TextOrNull(17), out var routeValues))
            flaw ??= "route_values is no JSON object of strings";
        return new WebSoEventContext
        {
            DeliveryId = Id(row.Blob(1)),
            ReceivedAt = Time(row.Int64(6)),
            EndpointName = row.Text(2),
            RequestPath = row.Text(15),
            QueryString = row.Text(16),
            RouteValues = routeValues,
            RemoteAddress = address,
            CorrelationId = row.TextOrNull(19),
            Attempt = attempt,
            IsReplay = row.Int64(14) != 0,
            Body = row.Blob(20),
        };
    }

    public static List<string> ReadCompletions(SqliteStatement handlers, long sequence)
    {
        var names = new List<string>();
        handlers.Bind(1, sequence);
        while (handlers.Step())
            names.Add(handlers.Text(0));
        return names;
    }

    public static Guid Id(byte[] bytes) => bytes.Length == GuidBytes.Length ? GuidBytes.ToGuid(bytes) : Guid.Empty;

    private static bool IsTime(long ticks) => ticks > 0 && ticks <= DateTime.MaxValue.Ticks;

    private static DateTimeOffset Time(long ticks) => new(IsTime(ticks) ? ticks : 0, TimeSpan.Zero);
}
