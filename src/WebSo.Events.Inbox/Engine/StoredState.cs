namespace WebSo.Events.Engine;

// Where a delivery stands, as a transaction of an operator sees it.
internal sealed record StoredState(long Sequence, string Endpoint, string Queue)
{
    // Whether it has a row of webso_pending: it is to be handled, or holds its document as a dead letter.
    public required bool HasPending { get; init; }

    public required bool IsHead { get; init; }

    // The run that is pending, or the last one.
    public required long Run { get; init; }

    public required long Attempts { get; init; }

    // Null: its run has not ended.
    public required WebSoInboxState? End { get; init; }

    public required string? Error { get; init; }

    public static List<StoredState> Read(WriteTransaction transaction, IReadOnlyList<object?[]> sequences)
    {
        var states = new List<StoredState>(sequences.Count);
        transaction.Session.ExecuteRows(OperatorSql.ReadStates, [], sequences, row => states.Add(Read(row)));
        states.Sort(static (x, y) => x.Sequence.CompareTo(y.Sequence));
        return states;
    }

    private static StoredState Read(SqlRow row)
    {
        var (hasPending, hasEnded) = (!row.IsNull(4), !row.IsNull(10));
        var queue = row.TextOrNull(13) ?? (row.Text(2) is { Length: > 0 } document ? document : row.Guid(3).ToString());
        return new StoredState(row.Number(0), row.Text(1), queue)
        {
            HasPending = hasPending,
            IsHead = hasPending && row.Number(4) == 0,
            Run = hasEnded ? row.Number(10) : row.NumberOrZero(7),
            Attempts = row.NumberOrZero(8),
            End = hasEnded ? (WebSoInboxState)row.Number(11) : null,
            Error = row.TextOrNull(hasEnded ? 12 : 9),
        };
    }
}
