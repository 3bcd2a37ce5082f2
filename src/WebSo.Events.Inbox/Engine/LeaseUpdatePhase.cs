namespace WebSo.Events.Inbox.Engine;

// Writes the results of leases. A result whose token differs from that of the row changes nothing.
internal sealed class LeaseUpdatePhase(WriteTransaction transaction, IReadOnlyList<LeaseUpdate> updates)
{
    // The last errors of the runs that ended.
    private readonly Dictionary<(long Sequence, long Token), string?> _ended = [];
    private readonly HashSet<LeaseUpdate> _matched = [];

    // The deliveries that become heads of their queues.
    private readonly List<(long Sequence, string Endpoint)> _next = [];

    public IEnumerable<(string Endpoint, string Queue)> Queues => updates.Select(QueueOf);

    public void Change()
    {
        Change(updates.Where(update => update.Kind == LeaseUpdateKind.Renew));
        Change(updates.Where(update => update.Kind != LeaseUpdateKind.Renew && !EndsRun(update)));
        End(updates.Where(EndsRun));
    }

    // Call after a Flush, when it is known which results matched a row.
    public void Complete()
    {
        _matched.UnionWith(updates.Where(update => EndsRun(update) && _ended.ContainsKey(KeyOf(update))));
        foreach (var update in updates)
            update.Result = update.IsRepeated || _matched.Contains(update);

        AddOutcomes(_matched);

        // The next delivery is read only if it is leased here. If reading it may be what failed, it is left to a claim.
        QueuePromotion.Promote(transaction, _next, canLease: !updates.Any(static update => update.IsSuspect));
        foreach (var update in updates.Where(update => update.Kind is LeaseUpdateKind.Release && update.Result))
            transaction.SignalWork(update.Lease.Context.EndpointName);
    }

    // A dead letter that holds its document keeps its row.
    private static bool EndsRun(LeaseUpdate update) => update is { Kind: LeaseUpdateKind.Complete, HoldsDocument: false };

    private static (string Endpoint, string Queue) QueueOf(LeaseUpdate update) => (update.Lease.Context.EndpointName, update.Lease.Queue);

    private static (long Sequence, long Token) KeyOf(LeaseUpdate update) => (update.Lease.Sequence, update.Lease.Token);

    // If a delivery has several results, only the last counts: the earlier ones belong to lost leases.
    private void Change(IEnumerable<LeaseUpdate> changes)
    {
        var last = changes.GroupBy(update => update.Lease.Sequence).ToDictionary(same => same.Key, same => same.Last());
        transaction.Session.Defer(LeaseSql.Change, [transaction.Now], [.. last.Values.Select(RowOf)], row => _matched.Add(last[row.Number(0)]));
    }

    private object?[] RowOf(LeaseUpdate update)
    {
        var lease = update.Lease;
        var (attempts, interruptions, first) = ((long)lease.Context.Attempt, (long)lease.Interruptions, (DateTime?)lease.FirstAttemptAt);
        return update.Kind switch
        {
            LeaseUpdateKind.Renew => Row(transaction.LeaseEnd, lease.Token, attempts, interruptions),
            LeaseUpdateKind.Retry => Row(DueAfter(update.Delay), 0, attempts, 0),
            LeaseUpdateKind.RetryInterrupted => Row(DueAfter(update.Delay), 0, attempts - 1, interruptions),
            // After an interrupted attempt, the next lease must also count as a takeover, so that the delay still applies. The negative
            // token belongs to no lease.
            LeaseUpdateKind.Release when lease.IsTakeover => Row(transaction.Now, -lease.Token, attempts - 1, interruptions - 1),
            LeaseUpdateKind.Release => Row(transaction.Now, 0, attempts - 1, interruptions),
            _ => Row(WriteTransaction.Never, 0, attempts, 0),
        };

        object?[] Row(DateTime dueAt, long newToken, long attemptsLeft, long interruptionsLeft) =>
            [lease.Sequence, lease.Token, dueAt, newToken, attemptsLeft, interruptionsLeft, attemptsLeft == 0 ? null : first, update.Error];
    }

    private void End(IEnumerable<LeaseUpdate> ends)
    {
        var rows = ends.Select(update => new object?[] { update.Lease.Sequence, update.Lease.Token }).ToList();
        transaction.Session.Defer(LeaseSql.End, [], rows, row =>
        {
            _ended[(row.Number(0), row.Number(1))] = row.TextOrNull(2);
            if (!row.IsNull(4))
                _next.Add((row.Number(4), row.Text(3)));
        });
    }

    // A result that matched no row was written by an earlier COMMIT, or another process holds the lease.
    private void AddOutcomes(IEnumerable<LeaseUpdate> matched)
    {
        var rows = new List<object?[]>();
        foreach (var update in matched)
        {
            var (lease, endpoint) = (update.Lease, update.Lease.Context.EndpointName);
            foreach (var handler in update.Handlers)
            {
                rows.Add(
                [
                    lease.Sequence, (long)lease.Run, handler.Handler, endpoint, (long)WebSoInboxState.Handled, handler.EndedAt.UtcDateTime,
                    (long)lease.Context.Attempt, Microseconds(handler.Duration), null,
                ]);
            }

            if (update.Kind == LeaseUpdateKind.Complete)
            {
                rows.Add(
                [
                    lease.Sequence, (long)lease.Run, "", endpoint, (long)update.State, transaction.Now, (long)lease.Context.Attempt,
                    Microseconds(update.Duration), update.Error ?? (_ended.TryGetValue(KeyOf(update), out var last) ? last : null),
                ]);
            }
        }

        transaction.Session.ExecuteRows(AppendSql.AddOutcomes, [], rows);
    }

    // A handler can request any delay. The latest due time is one year before DateTime.MaxValue, which marks waiting deliveries.
    private DateTime DueAfter(TimeSpan delay)
    {
        var most = WriteTransaction.Never.AddYears(-1) - transaction.Now;
        return transaction.Now + (delay < most ? delay : most);
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / 10;
}
