namespace WebSo.Events;

/// <summary>
/// Searches and operates the inbox of one endpoint. The services have the default endpoint's; get that of a named endpoint by its key, as
/// <c>[FromKeyedServices("production")]</c>.
/// </summary>
/// <remarks>
/// All methods throw <see cref="WebSoInboxStoreException"/> if the database can't be read. Those that change something wait while it can't be
/// written, until their token is canceled.
/// </remarks>
public interface IWebSoInbox
{
    /// <summary>Gets what waits and what has failed. Cheap, however much is stored: for health checks and metrics.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<WebSoInboxBacklog> GetBacklogAsync(CancellationToken cancellationToken = default);

    /// <summary>Counts the deliveries in each state; a state without a delivery is absent. With millions stored it takes seconds.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets a page of deliveries, the last received first.</summary>
    /// <param name="filter">Which deliveries.</param>
    /// <param name="pageSize">How many at most, from 1 to 1000. Default: 100.</param>
    /// <param name="cursor"><see cref="WebSoInboxPage.Next"/> of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The cursor was not returned by a page, or the page size is out of its range.</exception>
    ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize = 100, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Gets all that is stored of one delivery; null if there is none with this ID.</summary>
    /// <param name="deliveryId"><see cref="WebSoEventContext.DeliveryId"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets dead letters, unhandled and handled deliveries be handled again, by all handlers and with the same delivery ID; also malformed
    /// ones that can be read now. If the filter names the state, discarded ones are handled again, and pending ones are retried at once.
    /// Each takes its old place among the deliveries of its document.
    /// </summary>
    /// <param name="filter">Which deliveries. An empty filter is refused.</param>
    /// <param name="cancellationToken">Ends the call; what is done stays done.</param>
    /// <returns>How many deliveries.</returns>
    /// <exception cref="ArgumentException">The filter is empty.</exception>
    ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// Discards pending deliveries (not those being handled), dead letters, unhandled and malformed ones, and lets the next one of their
    /// document be handled. They are removed after the same retention as handled ones.
    /// </summary>
    /// <param name="filter">Which deliveries. An empty filter is refused.</param>
    /// <param name="cancellationToken">Ends the call; what is done stays done.</param>
    /// <returns>How many deliveries.</returns>
    /// <exception cref="ArgumentException">The filter is empty.</exception>
    ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases all that is stored of a document: bodies, IDs, handlers, errors. A hash of each call, with its delivery ID, stays until 7 days
    /// after its duplicate window ended, so that a retry is not stored again. Unreadable bodies have no document ID, so they are not erased.
    /// What may be left is in the log line <c>Erased</c>, which is then a Warning: a SQLite file of at most 32 MB that has only tables of the inbox is
    /// rewritten, and in another one copies may be left in unused parts of the file until <c>VACUUM</c> is run on it. On PostgreSQL, deleted rows are left in
    /// the files of the tables until <c>VACUUM FULL</c> rewrites these.
    /// </summary>
    /// <param name="documentId">The document. Compared ordinally.</param>
    /// <param name="cancellationToken">Ends the call; what is done stays done.</param>
    /// <returns>How many deliveries.</returns>
    /// <exception cref="ArgumentException">The ID is empty.</exception>
    /// <exception cref="WebSoInboxStoreException">
    /// The rows are erased, but what they held is still in a SQLite file or its write-ahead log, since a reader uses the log or the disk is full: erase again.
    /// </exception>
    /// <exception cref="InvalidOperationException">A delivery of the document is being handled. The others are erased; erase again later.</exception>
    ValueTask<long> EraseAsync(string documentId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops handling, in all processes and across restarts, until <see cref="ResumeAsync"/>. New calls are still stored and answered;
    /// running handlers complete.
    /// </summary>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask PauseAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends a pause.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask ResumeAsync(CancellationToken cancellationToken = default);
}
