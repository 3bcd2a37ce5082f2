namespace WebSo.Events.Receiving;

/// <summary>
/// Decides what becomes of a received event: the inline sink hands it to the handlers at once, an inbox stores it.
/// One per endpoint, keyed by the endpoint's name.
/// </summary>
internal interface IEventSink
{
    /// <summary>Takes a delivery over.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="cancellationToken">Cancelled when the process must end now; never because the caller hung up.</param>
    /// <returns>The receipt, once what it says is true.</returns>
    ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken);
}
