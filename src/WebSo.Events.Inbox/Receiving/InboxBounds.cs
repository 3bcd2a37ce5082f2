using System.Globalization;
using WebSo.Events.Engine;
using WebSo.Events.Handling;

namespace WebSo.Events;

// The bounds of one endpoint's inbox: at one of them, new deliveries of its state are refused, and nothing that is stored is removed.
internal sealed class InboxBounds(InboxEndpoint endpoint)
{
    private const double WarningPart = 0.8;

    private readonly DeliveryBound[] _bounds =
    [
        new(endpoint, WebSoInboxState.Pending), new(endpoint, WebSoInboxState.Unhandled), new(endpoint, WebSoInboxState.Malformed),
    ];

    // How a delivery is refused, and why; null: it is to be stored. One that duplicates a stored delivery is never refused.
    public async ValueTask<(WebSoOutcome Outcome, string Reason)?> FindRefusalAsync(NewDelivery delivery, CancellationToken cancellationToken)
    {
        (WebSoOutcome, string) refusal;
        if (endpoint.Engine.FindShortage() is { } shortage)
            refusal = (WebSoOutcome.Unavailable, shortage);
        else if (await BoundOf(delivery.State).IsReachedAsync(delivery.Context.Body.Length, cancellationToken).ConfigureAwait(false))
            refusal = (delivery.State == WebSoInboxState.Malformed ? WebSoOutcome.Malformed : WebSoOutcome.Unavailable, ReasonOf(delivery.State));
        else
            return null;

        return delivery.DuplicateKey is { } key && await endpoint.Engine.Reader.IsDuplicateAsync(endpoint.Name, key, cancellationToken).ConfigureAwait(false)
            ? null
            : refusal;
    }

    // What is nearly full, for the health check. A bound of zero means that none are stored, which is no warning.
    public async Task<IReadOnlyList<string>> FindWarningsAsync(CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        foreach (var bound in _bounds)
        {
            var (limit, usage) = (bound.Limit, await bound.GetUsageAsync(cancellationToken).ConfigureAwait(false));
            if (limit.Count > 0 && usage.Count >= limit.Count * WarningPart)
                warnings.Add(string.Format(CultureInfo.InvariantCulture, "{0} {1} deliveries of at most {2} (Max{3}Count)", usage.Count, NameOf(bound.State), limit.Count, bound.State));
            else if (limit.Bytes > 0 && usage.Bytes >= limit.Bytes * WarningPart)
                warnings.Add(string.Format(CultureInfo.InvariantCulture, "{0} bytes of {1} deliveries of at most {2} (Max{3}Bytes)", usage.Bytes, NameOf(bound.State), limit.Bytes, bound.State));
        }

        return warnings;
    }

    private DeliveryBound BoundOf(WebSoInboxState state) => Array.Find(_bounds, bound => bound.State == state)!;

    private static string ReasonOf(WebSoInboxState state) => state switch
    {
        WebSoInboxState.Pending =>
            "As many deliveries wait to be handled as MaxPendingCount allows: handlers fail, do not run or do not keep up, or the handling is paused. Fix that, or raise MaxPendingCount.",
        WebSoInboxState.Unhandled =>
            "As many events without a handler are stored as MaxUnhandledCount and MaxUnhandledBytes allow. Discard them (webso-events inbox discard --state Unhandled), "
            + "or let the server send only what is handled (webso_events_filter, Filter).",
        _ => "As many unreadable bodies are stored as MaxMalformedCount and MaxMalformedBytes allow. Discard them (webso-events inbox discard --state Malformed).",
    };

    private static string NameOf(WebSoInboxState state) => state switch
    {
        WebSoInboxState.Pending => "pending",
        WebSoInboxState.Unhandled => "unhandled",
        _ => "malformed",
    };
}
