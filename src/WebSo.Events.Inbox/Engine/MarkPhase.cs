namespace WebSo.Events.Engine;

// Writes what became of leases. A mark whose token is not the row's any more changes nothing.
internal sealed class MarkPhase(WriteTransaction transaction, IReadOnlyList<MarkOperation> marks)
{
    private readonly Dictionary<long, string?> _errors = [];
    private readonly HashSet<long> _kept = [];
    private readonly HashSet<long> _changed = [];
    private List<(long Sequence, string Endpoint)> _next = [];

    public IEnumerable<(string Endpoint, string Queue)> Queues => marks.Select(QueueOf);

    public void Change()
    {
        Change(marks.Where(mark => mark.Kind == MarkKind.Renew), _kept);
        Change(marks.Where(mark => mark.Kind != MarkKind.Renew && !EndsRun(mark)), _changed);
        End(marks.Where(EndsRun));
        _next = QueuePromotion.Find(transaction, marks.Where(mark => EndsRun(mark) && mark.Lease.DocumentId.Length > 0).Select(QueueOf));
    }

    // After a Flush: what has matched is known.
    public void Complete()
    {
        var matched = new HashSet<MarkOperation>(marks.Where(mark => mark.Kind == MarkKind.Renew ? _kept.Contains(mark.Lease.Sequence)
            : EndsRun(mark) ? _errors.ContainsKey(mark.Lease.Sequence)
            : _changed.Contains(mark.Lease.Sequence)));
        foreach (var mark in marks)
            mark.Result = transaction.IsRepeated || matched.Contains(mark);

        AddOutcomes(matched);
        QueuePromotion.Promote(transaction, _next, canLease: true);
        foreach (var mark in marks.Where(mark => mark.Kind is MarkKind.Release && mark.Result))
            transaction.NoteDue(mark.Lease.Context.EndpointName);
    }

    // A dead letter that holds its document stays where it is.
    private static bool EndsRun(MarkOperation mark) => mark is { Kind: MarkKind.Finish, HoldsDocument: false };

    private static (string Endpoint, string Queue) QueueOf(MarkOperation mark) => (mark.Lease.Context.EndpointName, mark.Lease.Queue);

    private void Change(IEnumerable<MarkOperation> changes, HashSet<long> matched)
    {
        var rows = changes.GroupBy(mark => mark.Lease.Sequence).Select(same => RowOf(same.Last())).ToList();
        transaction.Session.Defer(LeaseSql.Change, [transaction.Now], rows, row => matched.Add(row.Number(0)));
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
            MarkKind.Release => Row(transaction.Now, 0, attempts - 1, cutOffs),
            _ => Row(WriteTransaction.Never, 0, attempts, 0),
        };

        object?[] Row(DateTime dueAt, long newToken, long attemptsLeft, long cutOffsLeft) =>
            [lease.Sequence, lease.Token, dueAt, newToken, attemptsLeft, cutOffsLeft, attemptsLeft == 0 ? null : first, mark.Error];
    }

    private void End(IEnumerable<MarkOperation> ends)
    {
        var rows = ends.Select(mark => new object?[] { mark.Lease.Sequence, mark.Lease.Token }).ToList();
        transaction.Session.Defer(LeaseSql.End, [], rows, row => _errors[row.Number(0)] = row.TextOrNull(1));
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
                    Microseconds(mark.Duration), mark.Error ?? (_errors.TryGetValue(lease.Sequence, out var last) ? last : null),
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
