namespace WebSo.Events.Inbox.Engine;

// The commands of operators and the maintenance. Each call changes some deliveries within a transaction and reads their current states
// there.
internal static class InboxCommands
{
    public static long Replay(WriteTransaction transaction, IReadOnlyList<SelectedDelivery> selected)
    {
        var states = Lock(transaction, selected);
        var ended = states.Where(state => state.End is WebSoInboxState.Handled or WebSoInboxState.DeadLetter or WebSoInboxState.Unhandled
            or WebSoInboxState.Malformed or WebSoInboxState.Discarded).ToList();
        var won = Supersede(transaction, ended);
        transaction.Session.ExecuteRows(
            InboxCommandSql.SetRead,
            [],
            [.. selected.Where(delivery => delivery.ReadEvent is not null && won.Contains(delivery.Sequence)).Select(delivery => new object?[] { delivery.Sequence, delivery.ReadEvent, delivery.ReadDocument })]);

        // A malformed delivery that can be read now joins the queue of its document.
        var queues = selected.ToDictionary(delivery => delivery.Sequence, delivery => delivery.Queue);
        ended = [.. ended.Where(state => won.Contains(state.Sequence)).Select(state => state with { Queue = queues[state.Sequence] })];
        transaction.Session.ExecuteRows(InboxCommandSql.Restart, [transaction.Now], Rows(ended.Where(state => state.HasPending)));
        Insert(transaction, [.. ended.Where(state => !state.HasPending)]);
        Reorder(transaction, [.. ended.Select(state => (state.Endpoint, state.Queue)).Distinct()]);
        var retried = 0L;
        transaction.Session.ExecuteRows(InboxCommandSql.RetryNow, [transaction.Now], Rows(states.Where(state => state.End is null)), _ => retried++);
        foreach (var state in states)
            transaction.SignalWork(state.Endpoint);
        return won.Count + retried;
    }

    public static long Discard(WriteTransaction transaction, IReadOnlyList<SelectedDelivery> selected)
    {
        var states = Lock(transaction, selected);
        states.RemoveAll(state => state.End is WebSoInboxState.Handled or WebSoInboxState.Discarded);
        var removed = Remove(transaction, states.Where(state => state.HasPending));
        var superseded = Supersede(transaction, states.Where(state => state.End is not null));
        var discarded = states.Where(state => state.End is null ? removed.Contains(state.Sequence) : superseded.Contains(state.Sequence)).ToList();
        transaction.Session.ExecuteRows(
            AppendSql.AddOutcomes,
            [],
            [.. discarded.Select(state => new object?[]
            {
                state.Sequence, state.End is null ? state.Run : state.Run + 1, "", state.Endpoint, (long)WebSoInboxState.Discarded, transaction.Now, state.Attempts, 0L, state.Error,
            })]);
        PromoteAfter(transaction, states, removed);
        return discarded.Count;
    }

    // Returns how many deliveries were erased. Deliveries that are being handled, or are being replayed concurrently, stay.
    public static long Erase(WriteTransaction transaction, IReadOnlyList<SelectedDelivery> selected)
    {
        var states = Lock(transaction, selected);
        var removed = Remove(transaction, states.Where(state => state.HasPending));
        var ended = new HashSet<long>();
        transaction.Session.ExecuteRows(InboxCommandSql.DeleteEnds, [], Rows(states.Where(state => state.End is not null)), row => ended.Add(row.Number(0)));
        var erased = states.Where(state => (!state.HasPending || removed.Contains(state.Sequence)) && (state.End is null || ended.Contains(state.Sequence))).ToList();
        Delete(transaction, Rows(erased));
        PromoteAfter(transaction, states, removed);
        return erased.Count;
    }

    public static int Purge(WriteTransaction transaction, string endpoint, WebSoInboxState state, TimeSpan age, int maxCount, int skip)
    {
        var before = transaction.Now - age;
        var last = 0L;
        transaction.Session.Query(InboxCommandSql.FindLastReceived, [before], row => last = row.Number(0));
        var rows = new List<object?[]>();
        transaction.Session.Query(InboxCommandSql.FindOld, [endpoint, (long)state, last, before, (long)maxCount, (long)skip], row => rows.Add([row.Number(0)]));
        Delete(transaction, rows);
        return rows.Count;
    }

    // Uses the longest downtime of all endpoints, because its windows stay open longest.
    public static int PurgeDuplicates(WriteTransaction transaction, TimeSpan age, int maxCount) =>
        transaction.Session.Execute(InboxCommandSql.DeleteDuplicates, transaction.Now - transaction.LongestDowntime - age, (long)maxCount);

    public static bool SetPaused(WriteTransaction transaction, string? endpoint, bool isPaused)
    {
        if (endpoint is not null && !transaction.EndpointNames.Contains(endpoint))
            transaction.AddEndpoint(endpoint);
        foreach (var name in endpoint is null ? [.. transaction.EndpointNames] : new[] { endpoint })
        {
            transaction.Session.Execute(InboxCommandSql.SetPaused, isPaused ? 1L : 0L, name);
            transaction.SetPaused(name, isPaused);
        }

        return true;
    }

    // If a head ends while this transaction waits for its lock, another row becomes the head and is not locked. Locking is repeated until
    // the heads no longer change: only the holder of a head's lock removes rows behind it, so that nobody promotes a removed row.
    private static List<DeliveryState> Lock(WriteTransaction transaction, IReadOnlyList<SelectedDelivery> selected)
    {
        if (transaction.Dialect.LocksRows)
        {
            var queues = selected.Select(delivery => (delivery.Endpoint, delivery.Queue)).ToList();
            var locked = WriteBatch.LockHeads(transaction, queues);
            while (WriteBatch.LockHeads(transaction, queues) is var again && !again.SetEquals(locked))
                locked = again;
        }

        return DeliveryState.Read(transaction, [.. selected.Select(delivery => new object?[] { delivery.Sequence })]);
    }

    // Inserts at the old place in the sequence, behind the head of the queue if there is one.
    private static void Insert(WriteTransaction transaction, List<DeliveryState> states)
    {
        var first = states.GroupBy(state => (state.Endpoint, state.Queue)).Select(queue => queue.First());
        var heads = new HashSet<long>();
        transaction.Session.ExecuteRows(
            AppendSql.AddHeads,
            [transaction.Now],
            [.. first.Select(head => new object?[] { head.Sequence, head.Endpoint, head.Queue, transaction.Now, 0L, head.Run + 1, 0L, null })],
            row => heads.Add(row.Number(2)));
        transaction.Session.ExecuteRows(
            AppendSql.AddWaiting,
            [transaction.Now, WriteTransaction.Never],
            [.. states.Where(state => !heads.Contains(state.Sequence)).Select(state => new object?[] { state.Sequence, state.Endpoint, state.Queue, state.Run + 1 })]);
    }

    // A head gives way to an earlier delivery, unless it is leased or holds its document.
    private static void Reorder(WriteTransaction transaction, List<(string Endpoint, string Queue)> queues)
    {
        transaction.Session.ExecuteRows(InboxCommandSql.Demote, [WriteTransaction.Never], [.. queues.Select(queue => new object?[] { queue.Endpoint, queue.Queue })]);
        QueuePromotion.Promote(transaction, queues);
    }

    private static HashSet<long> Remove(WriteTransaction transaction, IEnumerable<DeliveryState> states)
    {
        var removed = new HashSet<long>();
        transaction.Session.ExecuteRows(InboxCommandSql.Remove, [transaction.Now], Rows(states), row => removed.Add(row.Number(0)));
        return removed;
    }

    // Supersedes the current outcomes. Returns the deliveries whose outcome no other session has superseded.
    private static HashSet<long> Supersede(WriteTransaction transaction, IEnumerable<DeliveryState> states)
    {
        var superseded = new HashSet<long>();
        transaction.Session.ExecuteRows(InboxCommandSql.Supersede, [transaction.Now], Rows(states), row => superseded.Add(row.Number(0)));
        return superseded;
    }

    // Also for rows that were not heads when they were read, because another session may have promoted them since. A queue that has a head
    // keeps it.
    private static void PromoteAfter(WriteTransaction transaction, List<DeliveryState> states, HashSet<long> removed) => QueuePromotion.Promote(
        transaction, states.Where(state => removed.Contains(state.Sequence)).Select(state => (state.Endpoint, state.Queue)));

    private static void Delete(WriteTransaction transaction, List<object?[]> rows)
    {
        transaction.Session.ExecuteRows(InboxCommandSql.DeleteOutcomes, [], rows);
        transaction.Session.ExecuteRows(InboxCommandSql.DeleteDeliveries, [], rows);
    }

    private static List<object?[]> Rows(IEnumerable<DeliveryState> states) => [.. states.Select(state => new object?[] { state.Sequence })];
}
