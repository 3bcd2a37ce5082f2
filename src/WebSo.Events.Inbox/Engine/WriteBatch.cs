namespace WebSo.Events.Inbox.Engine;

// Writes a batch in one transaction. Locks are taken in one order: duplicate keys, then queues by endpoint and name.
internal static class WriteBatch
{
    public static void Execute(WriteTransaction transaction, List<WriteOperation> operations)
    {
        if (operations is [ICommandOperation command])
        {
            command.Execute(transaction);
            return;
        }

        var appends = new AppendPhase(transaction, [.. operations.OfType<AppendOperation>()]);
        var updates = new LeaseUpdatePhase(transaction, [.. operations.OfType<LeaseUpdate>()]);
        appends.AddKeys();
        if (transaction.Dialect.LocksRows)
            transaction.Session.Defer(AppendSql.LockHeads, [], RowsOf(appends.Queues.Concat(updates.Queues)));
        appends.AddDeliveries();
        updates.Change();
        transaction.Session.Flush();
        updates.Complete();
        appends.AddPending();
        transaction.AfterCommit(appends.HandOver);
        foreach (var operation in operations)
        {
            if (operation is ClaimOperation claim)
                ClaimPhase.Execute(transaction, claim);
        }
    }

    // Returns the heads that were found.
    public static HashSet<long> LockHeads(WriteTransaction transaction, IEnumerable<(string Endpoint, string Queue)> queues)
    {
        var heads = new HashSet<long>();
        transaction.Session.ExecuteRows(AppendSql.LockHeads, [], RowsOf(queues), row => heads.Add(row.Number(0)));
        return heads;
    }

    private static List<object?[]> RowsOf(IEnumerable<(string Endpoint, string Queue)> queues) =>
        [.. queues.Distinct().Select(queue => new object?[] { queue.Endpoint, queue.Queue })];
}
