namespace WebSo.Events.Engine;

// Reads deliveries whose leases the transaction has granted. One that can't be read becomes a dead letter: it must not hold up the others.
internal static class LeaseReader
{
    public static List<Lease> Read(WriteTransaction transaction, IReadOnlyList<long> sequences, IReadOnlyCollection<long> takenOver)
    {
        var (read, begun) = (new Dictionary<long, Lease>(sequences.Count), new List<object?[]>());
        var unreadable = new List<(long Sequence, string Endpoint, string Queue, long Run, Guid? DeliveryId, string Reason)>();
        transaction.Session.ExecuteRows(LeaseSql.Read, [], [.. sequences.Select(sequence => new object?[] { sequence })], row =>
        {
            if (row.IsNull(9))
            {
                unreadable.Add((row.Number(0), row.Text(6), row.Text(1), row.Number(2), null, "the delivery itself is not there"));
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
                unreadable.Add((row.Number(0), row.Text(6), row.Text(1), row.Number(2), row.Guid(9), failure.Message));
            }
        });

        foreach (var (sequence, endpoint, queue, run, deliveryId, reason) in unreadable)
        {
            transaction.Session.ExecuteRows(LeaseSql.End, [], [[sequence, transaction.Token]], static _ => { });
            if (deliveryId is not null)
            {
                transaction.Session.ExecuteRows(
                    AppendSql.AddOutcomes, [], [[sequence, run, "", endpoint, (long)WebSoInboxState.DeadLetter, transaction.Now, 1L, 0L, $"The stored row can't be read: {reason}"]]);
            }

            QueuePromotion.Promote(transaction, [(endpoint, queue)]);
            transaction.WarnUnreadable(endpoint, deliveryId, reason);
        }

        ReadCompletedHandlers(transaction, begun, read);
        return [.. sequences.Where(read.ContainsKey).Select(sequence => read[sequence])];
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
            CutOffs = (int)row.Number(4),
            IsTakeOver = takenOver.Contains(row.Number(0)),
            FirstAttemptAt = firstAttemptAt,
            Age = age < TimeSpan.Zero ? TimeSpan.Zero : age,
            IsFromReceiveOnly = isFromReceiveOnly,
            Trace = trace,
            HasWaiting = row.Number(13) != 0,
        };
    }

    // Also of an attempt that a stop has given back, which does not count.
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
}
