namespace WebSo.Events;

/// <summary>
/// Looks into an inbox and operates it. From the services it is one endpoint's: the default one's, or by key that of the endpoint with
/// that name. A store is one, too, of all its endpoints.
/// </summary>
/// <remarks>All methods throw <see cref="WebSoInboxStoreException"/> where the database can't be read, and wait while it can't be written, until their token is cancelled.</remarks>
public interface IWebSoInbox
{
    /// <summary>What waits and what is broken. Cheap, however much is stored: for health checks and metrics.</summary>
    /// <param name="endpointName">The endpoint; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<WebSoInboxBacklog> GetBacklogAsync(string? endpointName, CancellationToken cancellationToken);

    /// <summary>How many events are in each state; a state without an event is not in it. Counts them: with millions stored it takes seconds.</summary>
    /// <param name="endpointName">The endpoint; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpointName, CancellationToken cancellationToken);

    /// <summary>A page of events, the last received first.</summary>
    /// <param name="filter">Which events.</param>
    /// <param name="pageSize">How many at most, from 1 to 1000.</param>
    /// <param name="cursor"><see cref="WebSoInboxPage.Next"/> of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The cursor is none that a page gave, or the page size is out of its range.</exception>
    ValueTask<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken);

    /// <summary>All that is kept of one event; null where there is none with this ID.</summary>
    ValueTask<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken);

    /// <summary>
    /// Lets dead letters, unhandled, handled and, where the filter names the state, discarded events be handled again, by all handlers
    /// and with the same delivery ID. Each joins the end of its document's queue, in order of arrival. Other events are left as they are.
    /// </summary>
    /// <param name="filter">Which events; it must say more than the endpoint.</param>
    /// <param name="cancellationToken">Ends the call; what is done stays done.</param>
    /// <returns>How many events.</returns>
    /// <exception cref="ArgumentException">The filter lets everything through.</exception>
    ValueTask<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Takes pending events (not those being handled), dead letters, unhandled and malformed ones out, and lets the next of their
    /// document's queue go on. They are removed with the handled ones, when their time is over.
    /// </summary>
    /// <param name="filter">Which events; it must say more than the endpoint.</param>
    /// <param name="cancellationToken">Ends the call; what is done stays done.</param>
    /// <returns>How many events.</returns>
    /// <exception cref="ArgumentException">The filter lets everything through.</exception>
    ValueTask<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Stops the handling of an endpoint, in all processes and over restarts, until <see cref="ResumeAsync"/>. Events are stored and
    /// answered all the same; what is being handled is handled to its end.
    /// </summary>
    /// <param name="endpointName">The endpoint; null for all that the store knows.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask PauseAsync(string? endpointName, CancellationToken cancellationToken);

    /// <summary>Ends a pause.</summary>
    /// <param name="endpointName">The endpoint; null for all that the store knows.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask ResumeAsync(string? endpointName, CancellationToken cancellationToken);
}
