namespace WebSo.Events;

/// <summary>
/// Searches and manages the deliveries in the inbox of one endpoint. Inject <see cref="IWebSoInbox"/> for the default endpoint, or use the
/// name of an endpoint as the service key, for example <c>[FromKeyedServices("production")]</c>.
/// </summary>
/// <remarks>
/// All methods throw <see cref="WebSoInboxStoreException"/> if the database can't be read, and <see cref="OperationCanceledException"/> if
/// the token is canceled. Methods that change deliveries wait while the database can't be written, until the token is canceled.
/// </remarks>
public interface IWebSoInbox
{
    /// <summary>Gets the numbers of waiting and failed deliveries. Fast even with millions of stored deliveries, so suitable for health checks and metrics.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask<WebSoInboxBacklog> GetBacklogAsync(CancellationToken cancellationToken = default);

    /// <summary>Counts the deliveries in each state. With millions of stored deliveries this takes seconds.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The counts. States without deliveries are absent.</returns>
    ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets a page of deliveries, newest first.</summary>
    /// <param name="filter">Selects the deliveries.</param>
    /// <param name="pageSize">The maximum number of deliveries. Default: 100. Range: 1 to 1000.</param>
    /// <param name="cursor">The <see cref="WebSoInboxPage.Next"/> of the previous page, or null for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">The cursor does not come from a page, or the page size is out of range.</exception>
    ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize = 100, string? cursor = null, CancellationToken cancellationToken = default);

    /// <summary>Gets everything that is stored about a delivery.</summary>
    /// <param name="deliveryId">The <see cref="WebSoEventContext.DeliveryId"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The details, or null if there is no delivery with this ID.</returns>
    ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Handles dead letters, unhandled and handled deliveries again, with all handlers and the same delivery ID. Malformed deliveries are
    /// included if they can be read now. If the filter names the state, discarded deliveries are handled again, and pending deliveries are
    /// retried immediately. Each delivery keeps its place in the order of its document.
    /// </summary>
    /// <param name="filter">Selects the deliveries. Must not be empty.</param>
    /// <param name="cancellationToken">Cancels the call. Deliveries that were already changed stay changed.</param>
    /// <returns>The number of changed deliveries.</returns>
    /// <exception cref="ArgumentException">The filter is empty.</exception>
    ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// Discards pending deliveries that are not being handled, dead letters, and unhandled and malformed deliveries. The next delivery of the
    /// document is then handled. Discarded deliveries are removed after <see cref="WebSoInboxOptions.Retention"/>.
    /// </summary>
    /// <param name="filter">Selects the deliveries. Must not be empty.</param>
    /// <param name="cancellationToken">Cancels the call. Deliveries that were already changed stay changed.</param>
    /// <returns>The number of discarded deliveries.</returns>
    /// <exception cref="ArgumentException">The filter is empty.</exception>
    ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Erases everything that is stored about a document: bodies, IDs, handlers and errors.</summary>
    /// <param name="documentId">The document ID. Compared ordinally.</param>
    /// <param name="cancellationToken">Cancels the call. Deliveries that were already erased stay erased.</param>
    /// <returns>The number of erased deliveries.</returns>
    /// <remarks>
    /// A hash of each call, with its delivery ID, is kept until 7 days after its duplicate window ended, so that a retry is not stored again.
    /// Unreadable bodies have no document ID and are not erased. Copies may remain outside the tables; the log event <c>Erased</c> is then a
    /// Warning that describes them. On SQLite, a file of at most 32 MB that contains only tables of the inbox is rewritten; in other files,
    /// copies may remain in unused pages until you run <c>VACUUM</c>. On PostgreSQL, deleted rows remain in the files of the tables until
    /// <c>VACUUM FULL</c> rewrites them.
    /// </remarks>
    /// <exception cref="ArgumentException">The document ID is empty.</exception>
    /// <exception cref="WebSoInboxStoreException">
    /// The rows are erased, but their contents remain in the SQLite file or its write-ahead log, because a reader uses the log or the disk is
    /// full. Erase the document again.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A delivery of the document is being handled. The others are erased. Erase the document again later.
    /// </exception>
    ValueTask<long> EraseAsync(string documentId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Pauses handling in all processes, also after a restart, until <see cref="ResumeAsync"/> is called. New calls are still stored and
    /// answered. Running handlers complete.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask PauseAsync(CancellationToken cancellationToken = default);

    /// <summary>Resumes handling after a pause.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask ResumeAsync(CancellationToken cancellationToken = default);
}
