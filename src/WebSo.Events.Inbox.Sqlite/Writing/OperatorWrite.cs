namespace WebSo.Events;

// What operators and the retention write, a batch in each transaction.
internal static class OperatorWrite
{
    public const int BatchSize = 200;

    // How many of them were changed: what became something else since they were found is left.
    public static int Change(WriteSession session, OperatorSelection selection, List<long> sequences, Func<WriteSession, OperatorRow, bool> change) =>
        sequences.Count(sequence => selection.Find(session, sequence) is { } row && change(session, row));

    public static bool Replay(WriteSession session, OperatorRow row)
    {
        var state = DocumentQueue.StateOfNew(session, row.Endpoint, row.Document);
        session.Sql("DELETE FROM completions WHERE seq = ?1").Bind(1, row.Sequence).Execute();
        session.Sql("UPDATE deliveries SET state = ?2, position = ?3, due_at = ?4, attempts = 0, first_attempt_at = NULL, settled_at = NULL, is_replay = 1 WHERE seq = ?1")
            .Bind(1, row.Sequence)
            .Bind(2, state)
            .Bind(3, session.SkipSequence())
            .Bind(4, session.Now)
            .Execute();
        session.Signal(row.EndpointName);
        return true;
    }

    public static bool Discard(WriteSession session, OperatorRow row)
    {
        session.Sql("DELETE FROM completions WHERE seq = ?1").Bind(1, row.Sequence).Execute();
        session.Sql("UPDATE deliveries SET state = 7, settled_at = ?2 WHERE seq = ?1").Bind(1, row.Sequence).Bind(2, session.Now).Execute();
        session.Malformed.Forget();
        if (row.State <= DocumentQueue.Waiting)
            DocumentQueue.Promote(session, row.Endpoint, row.Document, row.EndpointName);
        return true;
    }

    public static int SetPaused(WriteSession session, string? endpointName, bool isPaused)
    {
        if (endpointName is not null)
            session.EndpointId(endpointName);
        var changed = session.Sql("UPDATE endpoints SET paused = ?2 WHERE ?1 IS NULL OR name = ?1 RETURNING name").Bind(1, endpointName).Bind(2, isPaused ? 1 : 0);
        var count = 0;
        for (; changed.Step(); count++)
            session.Signal(changed.Text(0));
        return count;
    }

    // As many as were in the way, and more of them only where they are older: two processes at it remove no more than one.
    public static int TrimUnhandled(WriteSession session, string endpointName, long last) => ReceivedMinutes.Remove(session, session.Sql(
            "DELETE FROM deliveries WHERE seq IN (SELECT seq FROM deliveries WHERE endpoint = ?1 AND state = 5 AND seq <= ?2 ORDER BY seq LIMIT ?3) RETURNING received_at")
        .Bind(1, session.EndpointId(endpointName))
        .Bind(2, last)
        .Bind(3, BatchSize));

    // One that was seen within a day may be repeated yet, and would be handled again if it were gone.
    public static int Purge(WriteSession session, string endpointName, WebSoInboxState state, TimeSpan age, int maxCount)
    {
        var removed = ReceivedMinutes.Remove(session, session.Sql(
                "DELETE FROM deliveries WHERE seq IN (SELECT seq FROM deliveries WHERE endpoint = ?1 AND state = ?2 AND state >= 3 AND settled_at <= ?3 AND last_seen_at <= ?4 ORDER BY settled_at LIMIT ?5) RETURNING received_at")
            .Bind(1, session.EndpointId(endpointName))
            .Bind(2, (long)state)
            .Bind(3, session.Now - age.Ticks)
            .Bind(4, session.Now - Math.Max(age.Ticks, TimeSpan.TicksPerDay))
            .Bind(5, maxCount));
        if (removed == 0)
            return 0;

        session.Malformed.Forget();
        AnsweredRanges.Purge(session);

        // As many pages as these rows can have had, and some of what is free from before.
        session.Sql("PRAGMA incremental_vacuum(1000)").Execute();
        return removed;
    }
}
