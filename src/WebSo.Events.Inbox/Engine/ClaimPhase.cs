namespace WebSo.Events.Engine;

// Grants leases to workers that ask for work: backlog, retries, and what other processes left.
internal static class ClaimPhase
{
    // Nothing tells when another transaction gives a row back.
    private static readonly TimeSpan s_locked = TimeSpan.FromSeconds(1);

    public static void Execute(WriteTransaction transaction, ClaimOperation claim)
    {
        claim.HasLearned = false;
        claim.Result = new ClaimResult([], null);
        if (transaction.IsPaused(claim.Endpoint))
            return;

        var (sequences, takenOver) = (new List<long>(), new HashSet<long>());
        transaction.Session.Query(LeaseSql.FindDue, [claim.Endpoint, transaction.Now, claim.MaxCount + 1L], row =>
        {
            sequences.Add(row.Number(0));
            if (row.Number(1) != 0)
                takenOver.Add(row.Number(0));
        });

        var hasMore = sequences.Count > claim.MaxCount;
        if (hasMore)
            sequences.RemoveAt(claim.MaxCount);
        transaction.Session.ExecuteRows(
            LeaseSql.Grant, [transaction.Token, transaction.LeaseEnd, transaction.Now], [.. sequences.Select(sequence => new object?[] { sequence })]);
        var leases = sequences.Count == 0 ? [] : LeaseReader.Read(transaction, sequences, takenOver, claim);
        claim.Result = new ClaimResult(leases, hasMore ? TimeSpan.Zero : NextDue(transaction, claim.Endpoint));
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
