namespace WebSo.Events;

/// <summary>Handles events of one type, or of all types: a handler of <see cref="WebSoEvent"/>.</summary>
/// <remarks>
/// Resolved from a dependency injection scope of its own per event. A handler can be called again for the same event, after a failure,
/// a restart or a replay: <see cref="WebSoEventContext.DeliveryId"/> is the same then, and serves as idempotency key.
/// </remarks>
/// <typeparam name="TEvent">The type of event.</typeparam>
public interface IWebSoEventHandler<in TEvent>
    where TEvent : WebSoEvent
{
    /// <summary>Handles an event. That it returns without an exception means that the event is done.</summary>
    /// <param name="e">The event.</param>
    /// <param name="context">Where and when it came.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the process must end or <see cref="WebSoEventsOptions.HandlerTimeout"/> is over; never because the caller hung up.
    /// </param>
    /// <exception cref="WebSoEventRejectedException">Thrown by the handler: never try again.</exception>
    /// <exception cref="WebSoEventRetryException">Thrown by the handler: try again after a pause.</exception>
    ValueTask HandleAsync(TEvent e, WebSoEventContext context, CancellationToken cancellationToken);
}
