namespace WebSo.Events;

// Stores a delivery, or counts it on the one that it repeats.
internal static class AppendWrite
{
    // By the document first: keys are spread over all of an index, documents lie where the last ones do, and so does what a commit writes.
    private const string FindKey =
        "SELECT seq, state, sightings, answered_repeat, last_seen_at, delivery_id FROM deliveries WHERE document = ?1 AND repeat_key = ?2 ORDER BY seq DESC LIMIT 1";

    private const string Insert = """
        INSERT INTO deliveries(seq, position, endpoint, state, due_at, settled_at, repeat_key, last_seen_at, received_at, delivery_id,
            event, document, request_path, query, route_values, remote_address, correlation_id, last_error, body_length, body, trace_parent, trace_state)
        VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?4, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
        """;

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
            .BindKey(6, delivery.RepeatKey)
            .Bind(7, context.ReceivedAt.UtcTicks)
            .Bind(8, GuidBytes.Of(context.DeliveryId))
            .Bind(9, delivery.EventName)
            .Bind(10, delivery.DocumentId)
            .Bind(11, context.RequestPath)
            .Bind(12, context.QueryString)
            .Bind(13, RouteValuesText.Write(context.RouteValues))
            .Bind(14, context.RemoteAddress?.ToString())
            .Bind(15, context.CorrelationId)
            .Bind(16, delivery.Error)
            .Bind(17, (long)context.Body.Length)
            .Bind(18, context.Body.Span)
            .Bind(19, delivery.Trace?.Parent)
            .Bind(20, delivery.Trace?.State)
            .Execute();
        session.Minutes.Note(session, context.ReceivedAt.UtcTicks, sequence);
        if (delivery.State == WebSoInboxState.Malformed)
            session.Malformed.Add(context.Body.Length);
        if (state == DocumentQueue.Ready)
            session.Signal(context.EndpointName);
        return new WebSoInboxAppendResult(WebSoInboxAppendOutcome.Stored, new WebSoInboxSighting(sequence, 1), context.DeliveryId);
    }

    private static WebSoInboxAppendResult? FindRepeat(WriteSession session, WebSoInboxAppend delivery)
    {
        var found = session.Sql(FindKey).Bind(1, delivery.DocumentId).Bind(2, delivery.RepeatKey.Span);
        if (!found.Step())
            return null;

        var (sequence, state, sightings, answered) = (found.Int64(0), found.Int64(1), found.Int32(2), found.Int32(3));
        var elapsed = TimeSpan.FromTicks(session.Now - found.Int64(4));
        var id = DeliveryRow.Id(found.Blob(5));
        found.Reset();

        var isAnswered = answered >= sightings || (sightings == 1 && session.IsAnswered(sequence));
        var isRepeat = delivery.State == WebSoInboxState.Malformed
            ? state == (long)WebSoInboxState.Malformed
            : elapsed < (isAnswered ? delivery.RepeatWindow : delivery.UnansweredRepeatWindow);
        if (!isRepeat)
            return null;

        session.Sql("UPDATE deliveries SET sightings = ?2, last_seen_at = ?3 WHERE seq = ?1")
            .Bind(1, sequence)
            .Bind(2, sightings + 1)
            .Bind(3, session.Now)
            .Execute();
        return new WebSoInboxAppendResult(
            isAnswered ? WebSoInboxAppendOutcome.Repeat : WebSoInboxAppendOutcome.RepeatOfUnanswered,
            new WebSoInboxSighting(sequence, sightings + 1),
            id);
    }

    private static bool HasRoom(WriteSession session, WebSoInboxAppend delivery)
    {
        var (count, bytes) = session.Malformed.Read(session);
        return count < delivery.MaxMalformedCount && bytes + delivery.Context.Body.Length <= delivery.MaxMalformedBytes;
    }

    private static SqliteStatement BindKey(this SqliteStatement statement, int index, ReadOnlyMemory<byte> key) =>
        key.IsEmpty ? statement.Bind(index, default(string)) : statement.Bind(index, key.Span);
}
