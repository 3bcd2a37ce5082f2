namespace WebSo.Events;

// The queue of a document. Of its pending events exactly one, the first by position, is ready or being handled; the others wait.
// An event without a document ID is a queue of its own.
internal static class DocumentQueue
{
    public const long Ready = 0;
    public const long Waiting = 1;
    public const long Handling = 2;

    public static long StateOfNew(WriteSession session, long endpoint, string document)
    {
        if (document.Length == 0)
            return Ready;

        return session.Sql("SELECT 1 FROM deliveries WHERE endpoint = ?1 AND document = ?2 AND state <= 2 LIMIT 1")
            .Bind(1, endpoint)
            .Bind(2, document)
            .ReadInt64() is null ? Ready : Waiting;
    }

    // After the head has left: the next becomes the head.
    public static void Promote(WriteSession session, long endpoint, string document, string endpointName)
    {
        if (document.Length == 0)
            return;

        var next = session.Sql("SELECT seq FROM deliveries WHERE endpoint = ?1 AND document = ?2 AND state <= 2 ORDER BY position LIMIT 1")
            .Bind(1, endpoint)
            .Bind(2, document)
            .ReadInt64();
        if (next is not { } sequence)
            return;

        var promoted = session.Sql("UPDATE deliveries SET state = 0, due_at = ?2 WHERE seq = ?1 AND state = 1")
            .Bind(1, sequence)
            .Bind(2, session.Now)
            .Execute();
        if (promoted > 0)
            session.Signal(endpointName);
    }
}
