namespace WebSo.Events.Inbox.Engine;

// A dead letter, and whether OnDeadLetter has completed for it.
internal sealed record DeadLetter(long Sequence, long Run, DateTime EndedAt, bool IsCalled)
{
    // The handler name of the outcome that records the completed call. No other handler can have this name.
    public const string CallbackName = "OnDeadLetter";

    public static List<DeadLetter> Read(SqlSession session, string endpoint, long after, int maxCount)
    {
        var found = new List<DeadLetter>();
        session.Query(
            DeliverySql.FindDeadLetters,
            [endpoint, (long)WebSoInboxState.DeadLetter, after, (long)maxCount],
            row => found.Add(new DeadLetter(row.Number(0), row.Number(1), row.Time(2), row.Number(3) != 0)));
        return found;
    }

    // Returns false if the dead letter was replayed, discarded or erased in the meantime.
    public bool RecordCall(WriteTransaction transaction, string endpoint, TimeSpan duration)
    {
        if (Read(transaction.Session, endpoint, Sequence - 1, 1) is not [var current] || (current.Sequence, current.Run) != (Sequence, Run))
            return false;

        transaction.Session.ExecuteRows(
            AppendSql.AddOutcomes, [], [[Sequence, Run, CallbackName, endpoint, (long)WebSoInboxState.Handled, transaction.Now, 0L, duration.Ticks / 10, null]]);
        return true;
    }
}
