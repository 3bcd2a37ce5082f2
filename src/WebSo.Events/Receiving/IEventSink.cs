namespace WebSo.Events.Receiving;

/// <summary>
/// Processes received events: the inline sink calls the handlers immediately, an inbox stores the event. A keyed service by endpoint name.
/// </summary>
internal interface IEventSink
{
    /// <summary>Processes a delivery.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="cancellationToken">Canceled when the process stops. A caller that disconnects does not cancel it.</param>
    /// <returns>The outcome, after it is final: for example, Stored after the commit.</returns>
    ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken);
}
