namespace WebSo.Events.Engine;

// Writes what became of leases. A mark whose token is not the row's any more changes nothing.
internal sealed class MarkPhase(WriteTransaction transaction, IReadOnlyList<MarkOperation> marks)
{
    // The last errors of the runs that have ended.
    private readonly Dictionary<(long Sequence, long Token), string?> _ended = [];
    private readonly HashSet<MarkOperation> _matched = [];

    // What becomes the head of its queue.
    private readonly List<(long Sequence, string Endpoint)> _next = [];

    public IEnumerable<(string Endpoint, string Queue)> Queues => marks.Select(QueueOf);

    public void Change()
    {
        Change(marks.Where(mark => mark.Kind == MarkKind.Renew));
        Change(marks.Where(mark => mark.Kind != MarkKind.Renew && !EndsRun(mark)));
        End(marks.Where(EndsRun));
    }

    // After a Flush: what has matched is known.
    public void Complete()
    {
        _matched.UnionWith(marks.Where(mark => EndsRun(mark) && _ended.ContainsKey(KeyOf(mark))));
        foreach (var mark in marks)
            mark.Result = mark.IsRepeated || _matched.Contains(mark);

        AddOutcomes(_matched);

        // What is next is read only if it is leased here: where that may be what fails, it is left to a claim.
        QueuePromotion.Promote(transaction, _next, canLease: !marks.Any(static mark => mark.IsSuspect));
        foreach (var mark in marks.Where(mark => mark.Kind is MarkKind.Release && mark.Result))
            transaction.NoteDue(mark.Lease.Context.EndpointName);
    }

    // A dead letter that holds its document stays where it is.
    private static bool EndsRun(MarkOperation mark) => mark is { Kind: MarkKind.Finish, HoldsDocument: false };

    private static (string Endpoint, string Queue) QueueOf(MarkOperation mark) => (mark.Lease.Context.EndpointName, mark.Lease.Queue);

    private static (long Sequence, long Token) KeyOf(MarkOperation mark) => (mark.Lease.Sequence, mark.Lease.Token);

    // Of one delivery the last: an earlier mark is that of a lease that was lost.
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
            // Of a take-over: the next lease is one too, so that the cut-off attempt still has its delay. By a token that nobody has.
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

    // Of a mark that matched no row, an earlier COMMIT has written them, or another instance has the lease by now.
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

    // A handler may ask for any delay. One year before the end of time is as late as a due time can be: the end itself is that of what waits.
    private DateTime DueAfter(TimeSpan delay)
    {
        var most = WriteTransaction.Never.AddYears(-1) - transaction.Now;
        return transaction.Now + (delay < most ? delay : most);
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / 10;
}
