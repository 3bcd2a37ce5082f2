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
    public async Task<(List<SelectedDelivery> Page, long? Last)> FindAsync(long after, CancellationToken cancellationToken)
    {
        var (page, malformed, last) = await reader.ReadAsync((session, now) => Find(session, now, after), cancellationToken).ConfigureAwait(false);
        foreach (var (sequence, entry) in malformed)
        {
            var (context, error) = await reader.ReadContentAsync(sequence, entry, cancellationToken).ConfigureAwait(false);
            if (error is not null)
                OnDamaged?.Invoke(entry, error);
            else if (ReadBody!(context) is { } e)
                page.Add(new SelectedDelivery(sequence, entry.EndpointName, QueueOf(e.DocumentId, entry.DeliveryId)) { ReadEvent = e.EventName, ReadDocument = e.DocumentId });
        }

        return (page, last);
    }

    // Malformed: those that are to be read again.
    private (List<SelectedDelivery> Page, List<(long Sequence, WebSoInboxEntry Entry)> Malformed, long? Last) Find(SqlSession session, DateTime now, long after)
    {
        var (page, malformed) = (new List<SelectedDelivery>(), new List<(long, WebSoInboxEntry)>());
        var last = new DeliveryFilter(filter, now).Query(session, after, PageSize, isDescending: false, (row, entry) =>
        {
            if (!isMeant(entry))
                return;
            if (ReadBody is not null && entry.State == WebSoInboxState.Malformed)
                malformed.Add((row.Number(0), entry));
            else
                page.Add(new SelectedDelivery(row.Number(0), entry.EndpointName, row.TextOrNull(DeliveryEntry.QueueColumn) ?? QueueOf(entry.DocumentId, entry.DeliveryId)));
        });
        return (page, malformed, last);
    }

    private static string QueueOf(string document, Guid deliveryId) => document.Length > 0 ? document : deliveryId.ToString();
}
