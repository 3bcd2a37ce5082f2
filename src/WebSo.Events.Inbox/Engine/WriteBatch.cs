namespace WebSo.Events.Engine;

// What is written in one transaction. Locks are taken in one order: duplicate keys, then queues by endpoint and name.
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
        var marks = new MarkPhase(transaction, [.. operations.OfType<MarkOperation>()]);
        appends.AddKeys();
        LockQueues(transaction, appends.Queues.Concat(marks.Queues));
        appends.AddDeliveries();
        marks.Change();
        transaction.Session.Flush();
        marks.Complete();
        appends.AddPending();
        transaction.AfterCommit(appends.HandOver);
        foreach (var operation in operations)
        {
            if (operation is ClaimOperation claim)
                ClaimPhase.Execute(transaction, claim);
        }
    }

    public static void LockQueues(WriteTransaction transaction, IEnumerable<(string Endpoint, string Queue)> queues)
    {
        if (!transaction.Dialect.LocksRows)
            return;

        var rows = queues.Distinct().Select(queue => new object?[] { queue.Endpoint, queue.Queue }).ToList();
        transaction.Session.ExecuteRows(AppendSql.LockHeads, [], rows);
    }
}
