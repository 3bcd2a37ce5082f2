namespace WebSo.Events;

/// <summary>Handles events of one type, or all events if <typeparamref name="TEvent"/> is <see cref="WebSoEvent"/>.</summary>
/// <remarks>
/// Each event has its own dependency injection scope. A handler can run again for the same event after a failure, a restart or a replay.
/// Use <see cref="WebSoEventContext.DeliveryId"/>, which stays the same, as the idempotency key.
/// </remarks>
/// <typeparam name="TEvent">The type of event.</typeparam>
/// <example>
/// <code>
/// public sealed class ArchiveFinishedDocument(IArchive archive) : IWebSoEventHandler&lt;StatusChangeEvent&gt;
/// {
///     public async ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken)
///     {
///         if (e.To == SignatureRequestStatus.Finished)
///             await archive.StoreAsync(e.DocumentId, cancellationToken);
///     }
/// }
/// </code>
/// </example>
public interface IWebSoEventHandler<in TEvent>
    where TEvent : WebSoEvent
{
    /// <summary>Handles an event. The event counts as handled when all its handlers complete without an exception.</summary>
    /// <param name="e">The event.</param>
    /// <param name="context">Information about the delivery, such as its ID and the time it was received.</param>
    /// <param name="cancellationToken">
    /// Canceled when the process stops or <see cref="WebSoEventsOptions.HandlerTimeout"/> elapses. A caller that disconnects does not
    /// cancel it.
    /// </param>
    /// <exception cref="WebSoEventRejectedException">The handler can throw it to stop further attempts.</exception>
    /// <exception cref="WebSoEventRetryException">The handler can throw it to set the delay before the next attempt.</exception>
    ValueTask HandleAsync(TEvent e, WebSoEventContext context, CancellationToken cancellationToken);
}
