namespace WebSo.Events.Engine;

// Writes the results of leases. A result whose token differs from that of the row changes nothing.
internal sealed class MarkPhase(WriteTransaction transaction, IReadOnlyList<MarkOperation> marks)
{
    // The last errors of the runs that ended.
    private readonly Dictionary<(long Sequence, long Token), string?> _ended = [];
    private readonly HashSet<MarkOperation> _matched = [];

    // The deliveries that become heads of their queues.
    private readonly List<(long Sequence, string Endpoint)> _next = [];

    public IEnumerable<(string Endpoint, string Queue)> Queues => marks.Select(QueueOf);

    public void Change()
    {
        Change(marks.Where(mark => mark.Kind == MarkKind.Renew));
        Change(marks.Where(mark => mark.Kind != MarkKind.Renew && !EndsRun(mark)));
        End(marks.Where(EndsRun));
    }

    // Call after a Flush, when it is known which results matched a row.
    public void Complete()
    {
        _matched.UnionWith(marks.Where(mark => EndsRun(mark) && _ended.ContainsKey(KeyOf(mark))));
        foreach (var mark in marks)
            mark.Result = mark.IsRepeated || _matched.Contains(mark);

        AddOutcomes(_matched);

        // The next delivery is read only if it is leased here. If reading it may be what failed, it is left to a claim.
        QueuePromotion.Promote(transaction, _next, canLease: !marks.Any(static mark => mark.IsSuspect));
        foreach (var mark in marks.Where(mark => mark.Kind is MarkKind.Release && mark.Result))
            transaction.NoteDue(mark.Lease.Context.EndpointName);
    }

    // A dead letter that holds its document keeps its row.
    private static bool EndsRun(MarkOperation mark) => mark is { Kind: MarkKind.Finish, HoldsDocument: false };

    private static (string Endpoint, string Queue) QueueOf(MarkOperation mark) => (mark.Lease.Context.EndpointName, mark.Lease.Queue);

    private static (long Sequence, long Token) KeyOf(MarkOperation mark) => (mark.Lease.Sequence, mark.Lease.Token);

    // If a delivery has several results, only the last counts: the earlier ones belong to lost leases.
    private void Change(IEnumerable<MarkOperation> changes)
    {
        var last = changes.GroupBy(mark => mark.Lease.Sequence).ToDictionary(same => same.Key, same => same.Last());
        transaction.Session.Defer(LeaseSql.Change, [transaction.Now], [.. last.Values.Select(RowOf)], row => _matched.Add(last[row.Number(0)]));
    }

    private object?[] RowOf(MarkOperation mark)
    {
        var lease = mark.Lease;
        var (attempts, cutOffs, first) = ((long)lease.Context.Attempt, (long)lease.CutOffs, (DateTime?)lease.FirstAttemptAt);
        return mark.Kind switch
        {
            MarkKind.Renew => Row(transaction.LeaseEnd, lease.Token, attempts, cutOffs),
            MarkKind.Retry => Row(DueAfter(mark.Delay), 0, attempts, 0),
            MarkKind.Postpone => Row(DueAfter(mark.Delay), 0, attempts - 1, cutOffs),
            // After an interrupted attempt, the next lease must also count as a takeover, so that the delay still applies. The negative
            // token belongs to no lease.
            MarkKind.Release when lease.IsTakeOver => Row(transaction.Now, -lease.Token, attempts - 1, cutOffs - 1),
            MarkKind.Release => Row(transaction.Now, 0, attempts - 1, cutOffs),
            _ => Row(WriteTransaction.Never, 0, attempts, 0),
        };

        object?[] Row(DateTime dueAt, long newToken, long attemptsLeft, long cutOffsLeft) =>
            [lease.Sequence, lease.Token, dueAt, newToken, attemptsLeft, cutOffsLeft, attemptsLeft == 0 ? null : first, mark.Error];
    }

    private void End(IEnumerable<MarkOperation> ends)
    {
        var rows = ends.Select(mark => new object?[] { mark.Lease.Sequence, mark.Lease.Token }).ToList();
        transaction.Session.Defer(LeaseSql.End, [], rows, row =>
        {
            _ended[(row.Number(0), row.Number(1))] = row.TextOrNull(2);
            if (!row.IsNull(4))
                _next.Add((row.Number(4), row.Text(3)));
        });
    }

    // A result that matched no row was written by an earlier COMMIT, or another process holds the lease.
    private void AddOutcomes(IEnumerable<MarkOperation> matched)
    {
        var rows = new List<object?[]>();
        foreach (var mark in matched)
        {
            var (lease, endpoint) = (mark.Lease, mark.Lease.Context.EndpointName);
            foreach (var handler in mark.Handlers)
            {
                rows.Add(
                [
                    lease.Sequence, (long)lease.Run, handler.Handler, endpoint, (long)WebSoInboxState.Handled, handler.EndedAt.UtcDateTime,
                    (long)lease.Context.Attempt, Microseconds(handler.Duration), null,
                ]);
            }

            if (mark.Kind == MarkKind.Finish)
            {
                rows.Add(
                [
                    lease.Sequence, (long)lease.Run, "", endpoint, (long)mark.State, transaction.Now, (long)lease.Context.Attempt,
                    Microseconds(mark.Duration), mark.Error ?? (_ended.TryGetValue(KeyOf(mark), out var last) ? last : null),
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
