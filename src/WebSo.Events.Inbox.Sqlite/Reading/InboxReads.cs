using System.Globalization;

namespace WebSo.Events;

// What is only read.
internal static class InboxReads
{
    // Whether something is due, and whether the endpoint is paused: an idle worker need not write to learn that.
    public static WebSoInboxClaims? FindNothingDue(SqliteDatabase database, string endpointName, long now)
    {
        var endpoint = database["SELECT id, paused FROM endpoints WHERE name = ?1"].Bind(1, endpointName);
        if (!endpoint.Step())
            return WebSoInboxClaims.None;

        var (id, paused) = (endpoint.Int64(0), endpoint.Int64(1));
        endpoint.Reset();
        if (paused != 0)
            return WebSoInboxClaims.None;
        if (database[UnreadableRow.AnyAstray].Bind(1, id).ReadInt64() is not null)
            return null;
        if (database["SELECT min(due_at) FROM deliveries WHERE endpoint = ?1 AND state = 0"].Bind(1, id).ReadInt64() is not { } due)
            return WebSoInboxClaims.None;
        return due <= now ? null : new WebSoInboxClaims([], TimeSpan.FromTicks(due - now));
    }

    public static WebSoInboxBacklog ReadBacklog(SqliteDatabase database, string? endpointName, long now)
    {
        long pending = 0, handling = 0, dead = 0;
        long? oldest = null;
        var paused = new List<string>();
        foreach (var (id, name, isPaused) in ReadEndpoints(database, endpointName))
        {
            if (isPaused)
                paused.Add(name);
            var active = database["SELECT count(*), min(received_at) FROM deliveries WHERE endpoint = ?1 AND state <= 2"].Bind(1, id);
            active.Step();
            var (count, first) = (active.Int64(0), active.IsNull(1) ? default(long?) : active.Int64(1));
            active.Reset();
            var claimed = Count(database, "SELECT count(*) FROM deliveries WHERE endpoint = ?1 AND state = 2", id);
            pending += count - claimed;
            handling += claimed;
            dead += Count(database, "SELECT count(*) FROM deliveries WHERE endpoint = ?1 AND state = 4 AND state >= 3", id);
            oldest = oldest is null || first < oldest ? first ?? oldest : oldest;
        }

        return new WebSoInboxBacklog
        {
            Pending = pending,
            Handling = handling,
            DeadLetters = dead,
            OldestAge = oldest is { } at ? TimeSpan.FromTicks(Math.Max(0, now - at)) : null,
            PausedEndpoints = paused,
        };
    }

    public static IReadOnlyDictionary<WebSoInboxState, long> Count(SqliteDatabase database, string? endpointName)
    {
        var counts = new Dictionary<WebSoInboxState, long>();
        foreach (var (id, _, _) in ReadEndpoints(database, endpointName))
        {
            var active = Count(database, "SELECT count(*) FROM deliveries WHERE endpoint = ?1 AND state <= 2", id);
            var claimed = Count(database, "SELECT count(*) FROM deliveries WHERE endpoint = ?1 AND state = 2", id);
            Add(WebSoInboxState.Pending, active - claimed);
            Add(WebSoInboxState.Handling, claimed);
            var settled = database["SELECT state, count(*) FROM deliveries WHERE endpoint = ?1 AND state >= 3 GROUP BY state"].Bind(1, id);
            while (settled.Step())
                Add((WebSoInboxState)settled.Int64(0), settled.Int64(1));
        }

        return counts;

        void Add(WebSoInboxState state, long count)
        {
            if (count > 0)
                counts[state] = (counts.TryGetValue(state, out var before) ? before : 0) + count;
        }
    }

    // The last of the unhandled events that are one too many, seen from the newest; null: all may be kept.
    public static long? FindLastBeyond(SqliteDatabase database, string endpointName, long maxCount, long maxBytes)
    {
        var rows = database["SELECT seq, body_length FROM deliveries WHERE endpoint = (SELECT id FROM endpoints WHERE name = ?1) AND state = 5 ORDER BY seq DESC"]
            .Bind(1, endpointName);
        long count = 0, bytes = 0;
        while (rows.Step())
        {
            bytes += rows.Int64(1);
            if (++count <= maxCount && bytes <= maxBytes)
                continue;

            var last = rows.Int64(0);
            rows.Reset();
            return last;
        }

        return null;
    }

    public static WebSoInboxPage ReadPage(SqliteDatabase database, WebSoInboxFilter filter, int pageSize, long before)
    {
        var sql = new SqliteFilter(filter);
        var (first, end) = sql.FindRange(database);
        var rows = database[
            $"SELECT {DeliveryRow.EntryColumns} FROM deliveries d {sql.Index} JOIN endpoints e ON e.id = d.endpoint "
            + $"WHERE {sql.Condition} AND d.seq >= ?7 AND d.seq < ?8 ORDER BY d.seq DESC LIMIT ?9"];
        sql.Bind(rows);
        rows.Bind(7, first).Bind(8, Math.Min(before, end + 1)).Bind(9, pageSize + 1);
        var entries = new List<WebSoInboxEntry>();
        long last = 0;
        var hasMore = false;
        while (rows.Step())
        {
            hasMore = entries.Count == pageSize;
            if (hasMore)
                continue;
            entries.Add(DeliveryRow.ReadEntry(rows));
            last = DeliveryRow.Sequence(rows);
        }

        return new WebSoInboxPage(entries, hasMore ? last.ToString(CultureInfo.InvariantCulture) : null);
    }

    public static WebSoInboxDetails? ReadDetails(SqliteDatabase database, Guid deliveryId)
    {
        var row = database["SELECT " + DeliveryRow.AllColumns + DeliveryRow.From + "WHERE d.delivery_id = ?1"].Bind(1, GuidBytes.Of(deliveryId));
        if (!row.Step())
            return null;

        var handlers = DeliveryRow.ReadCompletions(database[ClaimWrite.Completions], DeliveryRow.Sequence(row));
        var details = new WebSoInboxDetails(DeliveryRow.ReadEntry(row), DeliveryRow.ReadContext(row, Math.Max(1, DeliveryRow.Attempts(row)), out _), handlers);
        row.Reset();
        return details;
    }

    private static long Count(SqliteDatabase database, string sql, long endpoint) => database[sql].Bind(1, endpoint).ReadInt64() ?? 0;

    private static List<(long Id, string Name, bool IsPaused)> ReadEndpoints(SqliteDatabase database, string? name)
    {
        var endpoints = new List<(long, string, bool)>();
        var rows = database["SELECT id, name, paused FROM endpoints WHERE ?1 IS NULL OR name = ?1 ORDER BY name"].Bind(1, name);
        while (rows.Step())
            endpoints.Add((rows.Int64(0), rows.Text(1), rows.Int64(2) != 0));
        return endpoints;
    }
}
