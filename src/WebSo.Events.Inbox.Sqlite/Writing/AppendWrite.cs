namespace WebSo.Events;

// Stores a delivery, or counts it on the one that it repeats.
internal static class AppendWrite
{
    private const string FindKey =
        "SELECT seq, state, sightings, answered, last_seen_at, delivery_id FROM deliveries WHERE key_day = ?1 AND repeat_key = ?2 ORDER BY seq DESC LIMIT 1";

    private const string Insert = """
        INSERT INTO deliveries(seq, position, endpoint, state, due_at, settled_at, key_day, repeat_key, last_seen_at, received_at, delivery_id,
            event, document, path, query, route_values, remote_address, correlation_id, last_error, body_length, body, trace_parent, trace_state)
        VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?4, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
        """;

    // Malformed bodies are repeats for as long as they are kept, so they have no day.
    private const long NoDay = -1;

    public static WebSoInboxAppendResult Execute(WriteSession session, WebSoInboxAppend delivery)
    {
        if (!delivery.RepeatKey.IsEmpty && FindRepeat(session, delivery) is { } repeat)
            return repeat;
        if (delivery.State == WebSoInboxState.Malformed && !HasRoom(session, delivery))
            return new WebSoInboxAppendResult(WebSoInboxAppendOutcome.MalformedBoundReached, default, default);

        var context = delivery.Context;
        var endpoint = session.EndpointId(context.EndpointName);
        var state = delivery.State == WebSoInboxState.Pending ? DocumentQueue.StateOfNew(session, endpoint, delivery.DocumentId) : (long)delivery.State;
        var sequence = session.NextSequence();
        session.Sql(Insert)
            .Bind(1, sequence)
            .Bind(2, endpoint)
            .Bind(3, state)
            .Bind(4, session.Now)
            .Bind(5, delivery.State == WebSoInboxState.Pending ? null : session.Now)
            .Bind(6, delivery.RepeatKey.IsEmpty ? null : DayOf(session, delivery))
            .BindKey(7, delivery.RepeatKey)
            .Bind(8, context.ReceivedAt.UtcTicks)
            .Bind(9, GuidBytes.Of(context.DeliveryId))
            .Bind(10, delivery.EventName)
            .Bind(11, delivery.DocumentId)
            .Bind(12, context.RequestPath)
            .Bind(13, context.QueryString)
            .Bind(14, RouteValuesText.Write(context.RouteValues))
            .Bind(15, context.RemoteAddress?.ToString())
            .Bind(16, context.CorrelationId)
            .Bind(17, delivery.Error)
            .Bind(18, (long)context.Body.Length)
            .Bind(19, context.Body.Span)
            .Bind(20, delivery.Trace?.Parent)
            .Bind(21, delivery.Trace?.State)
            .Execute();
        if (state == DocumentQueue.Ready)
            session.Signal(context.EndpointName);
        return new WebSoInboxAppendResult(WebSoInboxAppendOutcome.Stored, new WebSoInboxSighting(sequence, 1), context.DeliveryId);
    }

    private static WebSoInboxAppendResult? FindRepeat(WriteSession session, WebSoInboxAppend delivery)
    {
        var day = DayOf(session, delivery);
        return FindRepeat(session, delivery, day) ?? (day == NoDay ? null : FindRepeat(session, delivery, day - 1));
    }

    private static WebSoInboxAppendResult? FindRepeat(WriteSession session, WebSoInboxAppend delivery, long day)
    {
        var found = session.Sql(FindKey).Bind(1, day).Bind(2, delivery.RepeatKey.Span);
        if (!found.Step())
            return null;

        var (sequence, state, sightings, answered) = (found.Int64(0), found.Int64(1), found.Int32(2), found.Int32(3));
        var elapsed = TimeSpan.FromTicks(session.Now - found.Int64(4));
        var id = DeliveryRow.Id(found.Blob(5));
        found.Reset();

        var isAnswered = answered >= sightings;
        var isRepeat = delivery.State == WebSoInboxState.Malformed
            ? state == (long)WebSoInboxState.Malformed
            : elapsed < (isAnswered ? delivery.RepeatWindow : delivery.UnansweredRepeatWindow);
        if (!isRepeat)
            return null;

        session.Sql("UPDATE deliveries SET sightings = ?2, last_seen_at = ?3, key_day = ?4 WHERE seq = ?1")
            .Bind(1, sequence)
            .Bind(2, sightings + 1)
            .Bind(3, session.Now)
            .Bind(4, DayOf(session, delivery))
            .Execute();
        return new WebSoInboxAppendResult(
            isAnswered ? WebSoInboxAppendOutcome.Repeat : WebSoInboxAppendOutcome.RepeatOfUnanswered,
            new WebSoInboxSighting(sequence, sightings + 1),
            id);
    }

    private static bool HasRoom(WriteSession session, WebSoInboxAppend delivery)
    {
        var kept = session.Sql("SELECT count(*), coalesce(sum(body_length), 0) FROM deliveries WHERE state = 6");
        kept.Step();
        var (count, bytes) = (kept.Int64(0), kept.Int64(1));
        kept.Reset();
        return count < delivery.MaxMalformedCount && bytes + delivery.Context.Body.Length <= delivery.MaxMalformedBytes;
    }

    // Keys are found within their day and the one before, as windows are a day at most. So the part of the index that new keys
    // fall into is as large as a day's, however much is stored.
    private static long DayOf(WriteSession session, WebSoInboxAppend delivery) =>
        delivery.State == WebSoInboxState.Malformed ? NoDay : session.Now / TimeSpan.TicksPerDay;

    private static SqliteStatement BindKey(this SqliteStatement statement, int index, ReadOnlyMemory<byte> key) =>
        key.IsEmpty ? statement.Bind(index, default(string)) : statement.Bind(index, key.Span);
}
