namespace WebSo.Events.Inbox.Engine;

// The state of a delivery, as read in the transaction of an operator's command.
internal sealed record DeliveryState(long Sequence, string Endpoint, string Queue)
{
    // True if the delivery has a row in webso_pending: it will be handled, or it is a dead letter that holds its document.
    public required bool HasPending { get; init; }

    // The pending run, or the last one.
    public required long Run { get; init; }

    public required long Attempts { get; init; }

    // Null if the run has not ended.
    public required WebSoInboxState? End { get; init; }

    public required string? Error { get; init; }

    public static List<DeliveryState> Read(WriteTransaction transaction, IReadOnlyList<object?[]> sequences)
    {
        var states = new List<DeliveryState>(sequences.Count);
        transaction.Session.ExecuteRows(InboxCommandSql.ReadStates, [], sequences, row => states.Add(Read(row)));
        states.Sort(static (x, y) => x.Sequence.CompareTo(y.Sequence));
        return states;
    }

    private static DeliveryState Read(SqlRow row)
    {
        var (hasPending, hasEnded) = (!row.IsNull(4), !row.IsNull(8));
        var queue = row.TextOrNull(11) ?? (row.Text(2) is { Length: > 0 } document ? document : row.Guid(3).ToString());
        return new DeliveryState(row.Number(0), row.Text(1), queue)
        {
            HasPending = hasPending,
            Run = hasEnded ? row.Number(8) : row.NumberOrZero(5),
            Attempts = row.NumberOrZero(6),
            End = hasEnded ? (WebSoInboxState)row.Number(9) : null,
            Error = row.TextOrNull(hasEnded ? 10 : 7),
        };
    }
}
