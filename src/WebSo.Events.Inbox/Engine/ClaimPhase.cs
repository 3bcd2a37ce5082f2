namespace WebSo.Events.Inbox.Engine;

// Grants leases to workers that ask for work: backlog, retries, and deliveries of other processes.
internal static class ClaimPhase
{
    private const int MaxSuspects = 16;

    // The delay before a locked row is tried again. There is no notification when another transaction releases it.
    private static readonly TimeSpan s_locked = TimeSpan.FromSeconds(1);

    public static void Execute(WriteTransaction transaction, ClaimOperation claim)
    {
        claim.FoundUnreadable = false;
        claim.Result = new ClaimResult([], null, transaction.BegunAt);
        if (transaction.IsPaused(claim.Endpoint))
            return;

        // After a failure the rows are read one by one, with one try per unreadable row, so the number is limited.
        var (sequences, takenOver, most) = (new List<long>(), new HashSet<long>(), claim.IsSuspect ? Math.Min(claim.MaxCount, MaxSuspects) : claim.MaxCount);
        transaction.Session.Query(LeaseSql.FindDue, [claim.Endpoint, transaction.Now, most + 1L], row =>
        {
            sequences.Add(row.Number(0));
            if (row.Number(1) != 0)
                takenOver.Add(row.Number(0));
        });

        var hasMore = sequences.Count > most;
        if (hasMore)
            sequences.RemoveAt(most);
        transaction.Session.ExecuteRows(
            LeaseSql.Grant, [transaction.Token, transaction.LeaseEnd, transaction.Now], [.. sequences.Select(sequence => new object?[] { sequence })]);
        var leases = sequences.Count == 0 ? [] : LeaseReader.Read(transaction, sequences, takenOver, claim);
        claim.Result = new ClaimResult(leases, hasMore ? TimeSpan.Zero : NextDue(transaction, claim.Endpoint), transaction.BegunAt);
    }

    private static TimeSpan? NextDue(WriteTransaction transaction, string endpoint)
    {
        TimeSpan? next = null;
        transaction.Session.Query(LeaseSql.FindNextDue, [endpoint], row =>
        {
            if (row.TimeOrNull(0) is { } due && due != WriteTransaction.Never)
                next = due > transaction.Now ? due - transaction.Now : s_locked;
        });
        return next;
    }
}
