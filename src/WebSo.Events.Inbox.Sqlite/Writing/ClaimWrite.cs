namespace WebSo.Events;

// Claims heads of queues, and marks what becomes of them. A mark counts only while the claim's token is still the event's.
internal static class ClaimWrite
{
    public const string Completions = "SELECT handler FROM completions WHERE seq = ?1 ORDER BY handler";

    // The part of a token above this many bits is the epoch: one more for each process that took the handling over.
    private const int EpochShift = 40;

    // Without a LIMIT that is a parameter: SQLite would compile the statement anew for each value.
    private const string Due = "SELECT " + DeliveryRow.ClaimColumns + DeliveryRow.From
        + "WHERE d.endpoint = ?1 AND d.state = 0 AND d.due_at <= ?2 ORDER BY d.due_at, d.position";

    public static long FirstToken(long epoch) => epoch << EpochShift;

    // Done by the process that just got the handling: no other is at work on what was being handled. The epoch is larger than the
    // file's and than those that this process has had, since a restored file may know an earlier one.
    public static long TakeOver(WriteSession session, string endpointName, long lastEpoch)
    {
        var endpoint = session.EndpointId(endpointName);
        session.Sql("UPDATE deliveries SET state = 0, due_at = ?2 WHERE endpoint = ?1 AND state = 2").Bind(1, endpoint).Bind(2, session.Now).Execute();
        return session.Sql("UPDATE endpoints SET epoch = max(epoch, ?2) + 1 WHERE id = ?1 RETURNING epoch").Bind(1, endpoint).Bind(2, lastEpoch).ReadInt64()!.Value;
    }

    // Rows that can't be read become dead letters, so that they hold back neither their document nor the others.
    public static (WebSoInboxClaims Claims, IReadOnlyList<UnreadableRow> Unreadable) Claim(
        WriteSession session, string endpointName, int maxCount, HandlingTurn turn)
    {
        var endpoint = session.EndpointId(endpointName);
        if (!turn.IsOwn(session.Sql("SELECT epoch FROM endpoints WHERE id = ?1").Bind(1, endpoint).ReadInt64() ?? 0))
            return (WebSoInboxClaims.None, []);
        if (session.Sql("SELECT paused FROM endpoints WHERE id = ?1").Bind(1, endpoint).ReadInt64() != 0)
            return (WebSoInboxClaims.None, []);

        var astray = UnreadableRow.FindAstray(session, endpoint);
        astray.ForEach(row => row.Bury(session, endpoint, endpointName));
        var (claims, flawed) = ReadDue(session, endpoint, maxCount, turn);
        flawed.ForEach(row => row.Bury(session, endpoint, endpointName));
        foreach (var claim in claims)
        {
            session.Sql("UPDATE deliveries SET state = 2, token = ?2, attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ?3) WHERE seq = ?1")
                .Bind(1, claim.Id)
                .Bind(2, claim.Token)
                .Bind(3, session.Now)
                .Execute();
        }

        var next = session.Sql("SELECT min(due_at) FROM deliveries WHERE endpoint = ?1 AND state = 0").Bind(1, endpoint).ReadInt64();
        return (new WebSoInboxClaims(claims, next is { } at ? TimeSpan.FromTicks(Math.Max(0, at - session.Now)) : null), [.. astray, .. flawed]);
    }

    public static bool IsHeld(WriteSession session, WebSoInboxClaim claim) =>
        session.Sql("SELECT 1 FROM deliveries WHERE seq = ?1 AND token = ?2 AND state = 2").Bind(1, claim.Id).Bind(2, claim.Token).ReadInt64() is not null;

    public static bool CompleteHandler(WriteSession session, WebSoInboxClaim claim, string handlerName)
    {
        if (!IsHeld(session, claim))
            return false;

        session.Sql("INSERT OR IGNORE INTO completions(seq, handler) VALUES (?1, ?2)").Bind(1, claim.Id).Bind(2, handlerName).Execute();
        return true;
    }

    public static bool Finish(WriteSession session, WebSoInboxClaim claim, WebSoInboxState state, string? error)
    {
        var changed = session.Sql("UPDATE deliveries SET state = ?3, settled_at = ?4, last_error = coalesce(?5, last_error) WHERE seq = ?1 AND token = ?2 AND state = 2")
            .Bind(1, claim.Id)
            .Bind(2, claim.Token)
            .Bind(3, (long)state)
            .Bind(4, session.Now)
            .Bind(5, error)
            .Execute();
        if (changed == 0)
            return false;

        // Of a dead letter is kept which handlers completed: someone will ask.
        if (state != WebSoInboxState.DeadLetter)
            session.Sql("DELETE FROM completions WHERE seq = ?1").Bind(1, claim.Id).Execute();
        DocumentQueue.Promote(session, session.EndpointId(claim.Context.EndpointName), claim.DocumentId, claim.Context.EndpointName);
        return true;
    }

    public static bool Retry(WriteSession session, WebSoInboxClaim claim, TimeSpan delay, string error)
    {
        var changed = session.Sql("UPDATE deliveries SET state = 0, due_at = ?3, last_error = ?4 WHERE seq = ?1 AND token = ?2 AND state = 2")
            .Bind(1, claim.Id)
            .Bind(2, claim.Token)
            .Bind(3, Math.Min(delay.Ticks, DateTime.MaxValue.Ticks - session.Now) + session.Now)
            .Bind(4, error)
            .Execute();
        if (changed > 0)
            session.Signal(claim.Context.EndpointName);
        return changed > 0;
    }

    public static bool Release(WriteSession session, WebSoInboxClaim claim)
    {
        var changed = session.Sql("UPDATE deliveries SET state = 0, due_at = ?3, attempts = attempts - 1, first_attempt_at = CASE WHEN attempts > 1 THEN first_attempt_at END WHERE seq = ?1 AND token = ?2 AND state = 2")
            .Bind(1, claim.Id)
            .Bind(2, claim.Token)
            .Bind(3, session.Now)
            .Execute();
        if (changed > 0)
            session.Signal(claim.Context.EndpointName);
        return changed > 0;
    }

    private static (List<WebSoInboxClaim> Claims, List<UnreadableRow> Flawed) ReadDue(WriteSession session, long endpoint, int maxCount, HandlingTurn turn)
    {
        var claims = new List<WebSoInboxClaim>();
        var flawed = new List<UnreadableRow>();
        var due = session.Sql(Due).Bind(1, endpoint).Bind(2, session.Now);
        while (claims.Count + flawed.Count < maxCount && due.Step())
        {
            var claim = ReadClaim(session, due, turn.NextToken(), out var flaw);
            if (flaw is null)
                claims.Add(claim);
            else
                flawed.Add(new UnreadableRow(claim.Id, claim.Context.DeliveryId, claim.DocumentId, flaw));
        }

        due.Reset();
        return (claims, flawed);
    }

    private static WebSoInboxClaim ReadClaim(WriteSession session, SqliteStatement row, long token, out string? flaw) => new()
    {
        Id = DeliveryRow.Sequence(row),
        Token = token,
        Context = DeliveryRow.ReadContext(row, DeliveryRow.Attempts(row) + 1, out flaw),
        EventName = row.Text(3),
        DocumentId = DeliveryRow.Document(row),
        CompletedHandlers = DeliveryRow.ReadCompletions(session.Sql(Completions), DeliveryRow.Sequence(row)),
        Age = TimeSpan.FromTicks(Math.Max(0, session.Now - (DeliveryRow.FirstAttemptAt(row) ?? session.Now))),
        Trace = DeliveryRow.ReadTrace(row),
    };
}
