namespace WebSo.Events.Engine;

// Finds the deliveries that an operator means, on a connection that only reads, a page at a time.
internal sealed class OperatorSearch(InboxReader reader, WebSoInboxFilter filter, Predicate<WebSoInboxState> isMeant)
{
    public const int PageSize = 500;

    public WebSoInboxFilter Filter => filter;

    // Reads a body that could not be read; null: it still can't.
    public Func<WebSoEventContext, WebSoEvent?>? ReadBody { get; init; }

    // From a sequence on, exclusively; the last one looked at comes back, null at the end.
    public Task<(List<SelectedDelivery> Page, long? Last)> FindAsync(long after, CancellationToken cancellationToken) => reader.ReadAsync(
        (session, now) =>
        {
            var page = new List<SelectedDelivery>();
            var columns = ReadBody is null ? DeliverySql.ReadEntries : DeliverySql.ReadEntriesWithBodies;
            var last = new DeliveryFilter(filter, now).Query(session, columns, after, PageSize, isDescending: false, (row, entry) =>
            {
                if (isMeant(entry.State) && Select(row, entry) is { } selected)
                    page.Add(selected);
            });
            return (page, last);
        },
        cancellationToken);

    private SelectedDelivery? Select(SqlRow row, WebSoInboxEntry entry)
    {
        var queue = row.TextOrNull(DeliveryEntry.QueueColumn) ?? QueueOf(entry.DocumentId, entry.DeliveryId);
        if (entry.State != WebSoInboxState.Malformed || ReadBody is null)
            return new SelectedDelivery(row.Number(0), entry.EndpointName, queue);

        var (context, _, _) = StoredContext.Read(
            row.Text(DeliveryEntry.ContextColumn), entry.DeliveryId, row.Time(5), entry.EndpointName, row.Bytes(DeliveryEntry.BodyColumn), 1, 1);
        return ReadBody(context) is { } e
            ? new SelectedDelivery(row.Number(0), entry.EndpointName, QueueOf(e.DocumentId, entry.DeliveryId)) { ReadEvent = e.EventName, ReadDocument = e.DocumentId }
            : null;
    }

    private static string QueueOf(string document, Guid deliveryId) => document.Length > 0 ? document : deliveryId.ToString();
}
