namespace WebSo.Events.Inbox.Receiving;

// The bounds of one endpoint's inbox. At a bound, new deliveries of that state are refused; stored deliveries are never removed to make
// room.
internal sealed class InboxBounds(InboxEndpoint endpoint)
{
    private readonly DeliveryBound[] _bounds =
    [
        new(endpoint, WebSoInboxState.Pending), new(endpoint, WebSoInboxState.Unhandled), new(endpoint, WebSoInboxState.Malformed),
    ];

    // Returns how and why a delivery is refused, or null to store it. A duplicate of a stored delivery is never refused.
    public async ValueTask<(ReceiveOutcome Outcome, string Reason)?> FindRefusalAsync(NewDelivery delivery, CancellationToken cancellationToken)
    {
        (ReceiveOutcome, string) refusal;
        if (endpoint.Engine.Dialect.FindShortage() is { } shortage)
            refusal = (ReceiveOutcome.Unavailable, shortage);
        else if (await BoundOf(delivery.State).IsReachedAsync(delivery.Context.Body.Length, cancellationToken).ConfigureAwait(false))
            refusal = (delivery.State == WebSoInboxState.Malformed ? ReceiveOutcome.Malformed : ReceiveOutcome.Unavailable, ReasonOf(delivery.State));
        else
            return null;

        return delivery.DuplicateKey is { } key && await endpoint.Engine.Reader.IsDuplicateAsync(endpoint.Name, key, cancellationToken).ConfigureAwait(false)
            ? null
            : refusal;
    }

    // Lists the bounds that are nearly reached, for the health check. A bound of 0 means that nothing is stored in that state, so it is not
    // a warning.
    public async Task<IReadOnlyList<string>> FindWarningsAsync(CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        foreach (var bound in _bounds)
        {
            var (limit, usage) = (bound.Limit, await bound.GetUsageAsync(cancellationToken).ConfigureAwait(false));
            var name = bound.State.ToString().ToLowerInvariant();
            if (limit.Count > 0 && usage.Count >= limit.Count * DeliveryBound.NearlyReachedShare)
                warnings.Add(FormattableString.Invariant($"{name} deliveries: {usage.Count} of at most {limit.Count} (Max{bound.State}Count)"));
            else if (limit.Bytes > 0 && usage.Bytes >= limit.Bytes * DeliveryBound.NearlyReachedShare)
                warnings.Add(FormattableString.Invariant($"bytes of {name} deliveries: {usage.Bytes} of at most {limit.Bytes} (Max{bound.State}Bytes)"));
        }

        return warnings;
    }

    private DeliveryBound BoundOf(WebSoInboxState state) => Array.Find(_bounds, bound => bound.State == state)!;

    private static string ReasonOf(WebSoInboxState state) => state switch
    {
        WebSoInboxState.Pending =>
            "MaxPendingCount is reached: handlers fail, do not run or are too slow, or handling is paused. Fix the cause, or raise MaxPendingCount.",
        WebSoInboxState.Unhandled =>
            "MaxUnhandledCount or MaxUnhandledBytes is reached. Discard events without a handler (webso-events inbox discard --state Unhandled), "
            + "or let the server send only events that have a handler (webso_events_filter, Filter).",
        _ => "MaxMalformedCount or MaxMalformedBytes is reached. Discard unreadable bodies (webso-events inbox discard --state Malformed).",
    };
}
