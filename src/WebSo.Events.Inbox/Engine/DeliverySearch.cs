namespace WebSo.Events.Inbox.Engine;

// Finds the deliveries of an operator's request page by page, on a read-only connection.
internal sealed class DeliverySearch(InboxReader reader, WebSoInboxFilter filter, Predicate<WebSoInboxEntry> shouldChange)
{
    public const int PageSize = 500;

    public WebSoInboxFilter Filter => filter;

    // Parses a malformed body again. Returns null if it is still malformed.
    public Func<WebSoEventContext, WebSoEvent?>? ReadBody { get; init; }

    // Called for a damaged body, with the reason. The delivery is left out.
    public Action<WebSoInboxEntry, string>? OnDamaged { get; init; }

    // Starts after a sequence. Returns the last sequence examined, or null at the end.
    public async Task<(List<SelectedDelivery> Page, long? Last)> FindAsync(long after, CancellationToken cancellationToken)
    {
        var (page, malformed, last) = await reader.ReadAsync((session, now) => Find(session, now, after), cancellationToken).ConfigureAwait(false);
        foreach (var (sequence, entry) in malformed)
        {
            if (await reader.ReadContentAsync(sequence, entry, cancellationToken).ConfigureAwait(false) is not var (context, error))
                continue;
            if (error is not null)
                OnDamaged?.Invoke(entry, error);
            else if (ReadBody!(context) is { } e)
                page.Add(new SelectedDelivery(sequence, entry.EndpointName, QueueOf(e.DocumentId, entry.DeliveryId)) { ReadEvent = e.EventName, ReadDocument = e.DocumentId });
        }

        return (page, last);
    }

    // Malformed lists the deliveries whose bodies must be parsed again.
    private (List<SelectedDelivery> Page, List<(long Sequence, WebSoInboxEntry Entry)> Malformed, long? Last) Find(SqlSession session, DateTime now, long after)
    {
        var (page, malformed) = (new List<SelectedDelivery>(), new List<(long, WebSoInboxEntry)>());
        var last = new DeliveryFilter(filter, now).Query(session, after, PageSize, isDescending: false, (row, entry) =>
        {
            if (!shouldChange(entry))
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
