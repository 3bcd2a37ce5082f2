using System.Data.Common;

namespace WebSo.Events.Inbox.Engine;

// Reads the deliveries whose leases the transaction has granted. An unreadable delivery becomes a dead letter, so that it does not block
// the others.
internal static class LeaseReader
{
    public static List<Lease> Read(WriteTransaction transaction, IReadOnlyList<long> sequences, IReadOnlyCollection<long> takenOver, ClaimOperation? claim = null)
    {
        var (read, begun, unreadable) = (new Dictionary<long, Lease>(sequences.Count), new List<object?[]>(), new List<Unreadable>());
        ReadRows(transaction, sequences, claim, unreadable, row =>
        {
            var of = new Unreadable(row.Number(0), row.Text(6), row.Text(1), row.Number(2));
            if (row.IsNull(9))
            {
                unreadable.Add(of with { IsGone = true, Reason = "the delivery itself is missing" });
                return;
            }

            try
            {
                var lease = LeaseOf(transaction, row, takenOver);
                read[lease.Sequence] = lease;
                if (row.Number(14) != 0)
                    begun.Add([lease.Sequence, (long)lease.Run]);
            }
            catch (Exception failure) when (StoredContext.IsUnreadable(failure))
            {
                unreadable.Add(of with { DeliveryId = row.Guid(9), Reason = failure.Message });
            }
        });

        unreadable.ForEach(of => MoveToDeadLetter(transaction, of));
        ReadCompletedHandlers(transaction, begun, read);
        return [.. sequences.Where(read.ContainsKey).Select(sequence => read[sequence])];
    }

    // After a failure the deliveries are read one at a time, so that a damaged page affects one delivery only. The database can't continue
    // that transaction, so the next try leaves out the known unreadable ones.
    private static void ReadRows(WriteTransaction transaction, IReadOnlyList<long> sequences, ClaimOperation? claim, List<Unreadable> unreadable, Action<SqlRow> read)
    {
        if (claim is not { IsSuspect: true })
        {
            transaction.Session.ExecuteRows(LeaseSql.Read, [], [.. sequences.Select(sequence => new object?[] { sequence })], read);
            return;
        }

        foreach (var sequence in sequences)
        {
            if (claim.Unreadable.TryGetValue(sequence, out var reason))
            {
                transaction.Session.Query(
                    LeaseSql.ReadPending, [sequence], row => unreadable.Add(new Unreadable(sequence, row.Text(0), row.Text(1), row.Number(2)) { Reason = reason }));
                continue;
            }

            try
            {
                transaction.Session.ExecuteRows(LeaseSql.Read, [], [[sequence]], read);
            }
            catch (DbException failure) when (transaction.Dialect.IsDamage(failure))
            {
                claim.Unreadable.Add(sequence, transaction.Dialect.Describe(failure));
                claim.FoundUnreadable = true;
                throw;
            }
        }
    }

    private static void MoveToDeadLetter(WriteTransaction transaction, Unreadable of)
    {
        transaction.Session.ExecuteRows(LeaseSql.End, [], [[of.Sequence, transaction.Token]], static _ => { });
        if (!of.IsGone)
        {
            transaction.Session.ExecuteRows(
                AppendSql.AddOutcomes,
                [],
                [[of.Sequence, of.Run, "", of.Endpoint, (long)WebSoInboxState.DeadLetter, transaction.Now, 1L, 0L, $"The stored row can't be read: {of.Reason}"]]);
        }

        QueuePromotion.Promote(transaction, [(of.Endpoint, of.Queue)]);
        transaction.LogUnreadable(of.Endpoint, of.DeliveryId, of.Reason);
    }

    private static Lease LeaseOf(WriteTransaction transaction, SqlRow row, IReadOnlyCollection<long> takenOver)
    {
        var (run, attempts, firstAttemptAt) = ((int)row.Number(2), (int)row.Number(3), row.Time(5));
        var (context, trace, isFromReceiveOnly) = StoredContext.Read(row.Text(11), row.Guid(9), row.Time(10), row.Text(6), row.Bytes(12), attempts, run);
        var age = transaction.Now - firstAttemptAt;
        return new Lease
        {
            Sequence = row.Number(0),
            Token = transaction.Token,
            Queue = row.Text(1),
            EventName = row.Text(8),
            DocumentId = row.Text(7),
            Context = context,
            Run = run,
            Interruptions = (int)row.Number(4),
            IsTakeover = takenOver.Contains(row.Number(0)),
            FirstAttemptAt = firstAttemptAt,
            Age = age < TimeSpan.Zero ? TimeSpan.Zero : age,
            IsFromReceiveOnly = isFromReceiveOnly,
            Trace = trace,
            HasWaiting = row.Number(13) != 0,
        };
    }

    // Includes attempts that were released by a stop, which do not count as attempts.
    private static void ReadCompletedHandlers(WriteTransaction transaction, List<object?[]> begun, Dictionary<long, Lease> leases)
    {
        var completed = new Dictionary<long, List<string>>();
        transaction.Session.ExecuteRows(LeaseSql.ReadCompleted, [], begun, row =>
        {
            if (!completed.TryGetValue(row.Number(0), out var names))
                completed.Add(row.Number(0), names = []);
            names.Add(row.Text(1));
        });
        foreach (var of in completed)
            leases[of.Key].CompletedHandlers = of.Value;
    }

    private sealed record Unreadable(long Sequence, string Endpoint, string Queue, long Run)
    {
        // Null if not even the ID can be read.
        public Guid? DeliveryId { get; init; }

        public bool IsGone { get; init; }

        public string Reason { get; init; } = "";
    }
}
