namespace WebSo.Events.Inbox.Engine;

// Makes the next delivery of a queue its head, and leases it immediately if a worker of this process has room.
internal static class QueuePromotion
{
    public static void Promote(WriteTransaction transaction, IEnumerable<(string Endpoint, string Queue)> queues)
    {
        var next = new List<(long Sequence, string Endpoint)>();
        transaction.Session.ExecuteRows(
            LeaseSql.FindNext, [], [.. queues.Distinct().Select(queue => new object?[] { queue.Endpoint, queue.Queue })], row => next.Add((row.Number(0), row.Text(1))));
        Promote(transaction, next, canLease: false);
    }

    public static void Promote(WriteTransaction transaction, IReadOnlyCollection<(long Sequence, string Endpoint)> next, bool canLease)
    {
        if (next.Count == 0)
            return;

        var workers = new Dictionary<long, IInboxWorker>();
        foreach (var (sequence, endpoint) in next)
        {
            if (canLease && transaction.TryReserve(endpoint) is { } worker)
                workers.Add(sequence, worker);
            else
                transaction.SignalWork(endpoint);
        }

        transaction.Session.ExecuteRows(LeaseSql.Promote, [transaction.Now], [.. next.Select(head => RowOf(transaction, head.Sequence, workers.ContainsKey(head.Sequence)))]);
        foreach (var lease in workers.Count == 0 ? [] : LeaseReader.Read(transaction, [.. workers.Keys], []))
        {
            transaction.HandOver(workers[lease.Sequence], lease);
            workers.Remove(lease.Sequence);
        }

        // Releases the reservations of unreadable deliveries.
        foreach (var worker in workers.Values)
            transaction.CancelReservation(worker);
    }

    private static object?[] RowOf(WriteTransaction transaction, long sequence, bool isLeased) => isLeased
        ? [sequence, transaction.LeaseEnd, transaction.Token, 1L, transaction.Now]
        : [sequence, transaction.Now, 0L, 0L, null];
}
