namespace WebSo.Events.Inbox.Engine;

// Reads a row of DeliverySql.ReadEntries.
internal static class DeliveryEntry
{
    // The column after those of the entry. Null if the delivery is not pending.
    public const int QueueColumn = 20;

    public static WebSoInboxEntry Read(SqlRow row, DateTime now)
    {
        var (isPending, hasEnded) = (!row.IsNull(6), !row.IsNull(13));
        var isLeased = isPending && row.Number(9) != 0 && row.Time(8) > now;
        var receivedAt = new DateTimeOffset(row.Time(5));
        return new WebSoInboxEntry
        {
            DeliveryId = row.Guid(1),
            EndpointName = row.Text(2),
            EventName = row.Text(3),
            DocumentId = row.Text(4),
            State = hasEnded ? (WebSoInboxState)row.Number(13) : isLeased ? WebSoInboxState.Handling : WebSoInboxState.Pending,
            ReceivedAt = receivedAt,
            ReceiveCount = row.IsNull(18) ? 1 : (int)row.Number(18),
            LastReceivedAt = row.TimeOrNull(19) is { } seen ? new DateTimeOffset(seen) : receivedAt,
            Attempts = (int)row.NumberOrZero(hasEnded ? 15 : 11),
            NextAttemptAt = isPending && !hasEnded && !isLeased && row.Number(7) == 0 ? new DateTimeOffset(row.Time(8)) : null,
            EndedAt = row.TimeOrNull(14) is { } ended ? new DateTimeOffset(ended) : null,
            LastError = row.TextOrNull(hasEnded ? 16 : 12),
            HoldsDocument = isPending && hasEnded,
            IsReplay = row.NumberOrZero(hasEnded ? 17 : 10) > 1,
        };
    }
}
