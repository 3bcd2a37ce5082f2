namespace WebSo.Events.Engine;

// Finds the deliveries that an operator means, on a connection that only reads, a page at a time.
internal sealed class OperatorSearch(InboxReader reader, WebSoInboxFilter filter, Predicate<WebSoInboxEntry> isMeant)
{
    public const int PageSize = 500;

    public WebSoInboxFilter Filter => filter;

    // Reads a body that could not be read; null: it still can't.
    public Func<WebSoEventContext, WebSoEvent?>? ReadBody { get; init; }

    // Called for a body that is to be read again and is damaged, with the reason. The delivery is left out.
    public Action<WebSoInboxEntry, string>? OnDamaged { get; init; }

    // From a sequence on, exclusively; the last one looked at comes back, null at the end.
    public Task<(List<SelectedDelivery> Page, long? Last)> FindAsync(long after, CancellationToken cancellationToken) => reader.ReadAsync(
        (session, now) =>
        {
            var (page, unreadable) = (new List<SelectedDelivery>(), new List<(long Sequence, WebSoInboxEntry Entry)>());
            var last = new DeliveryFilter(filter, now).Query(session, after, PageSize, isDescending: false, (row, entry) =>
            {
                if (!isMeant(entry))
                    return;
                if (ReadBody is not null && entry.State == WebSoInboxState.Malformed)
                    unreadable.Add((row.Number(0), entry));
                else
                    page.Add(new SelectedDelivery(row.Number(0), entry.EndpointName, row.TextOrNull(DeliveryEntry.QueueColumn) ?? QueueOf(entry.DocumentId, entry.DeliveryId)));
            });
            page.AddRange(unreadable.Select(found => ReadAgain(session, found.Sequence, found.Entry)).OfType<SelectedDelivery>());
            return (page, last);
        },
        cancellationToken);

    private SelectedDelivery? ReadAgain(SqlSession session, long sequence, WebSoInboxEntry entry)
    {
        var (context, error) = reader.ReadContent(session, sequence, entry);
        if (error is not null)
            OnDamaged?.Invoke(entry, error);
        else if (ReadBody!(context) is { } e)
            return new SelectedDelivery(sequence, entry.EndpointName, QueueOf(e.DocumentId, entry.DeliveryId)) { ReadEvent = e.EventName, ReadDocument = e.DocumentId };
        return null;
    }

    private static string QueueOf(string document, Guid deliveryId) => document.Length > 0 ? document : deliveryId.ToString();
}
