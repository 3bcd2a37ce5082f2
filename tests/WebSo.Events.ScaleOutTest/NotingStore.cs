using System.Collections.Concurrent;
using System.Diagnostics;
using WebSo.Events.Inbox.Contracts;

namespace WebSo.Events.ScaleOutTest;

// Notes when an event was claimed, and whether the store took the marks.
internal sealed class NotingStore(IWebSoInboxStore store, HandlingLog log) : DelegatingStore(store)
{
    private readonly ConcurrentDictionary<(Guid, int), long> _claimed = new();

    public long ClaimedAt(WebSoEventContext context) => _claimed[(context.DeliveryId, context.Attempt)];

    public override async ValueTask<WebSoInboxClaims> ClaimAsync(string endpointName, int maxCount, CancellationToken cancellationToken)
    {
        var tick = Stopwatch.GetTimestamp();
        var claims = await base.ClaimAsync(endpointName, maxCount, cancellationToken);
        foreach (var claim in claims.Claims)
            _claimed[(claim.Context.DeliveryId, claim.Context.Attempt)] = tick;
        return claims;
    }

    public override async ValueTask<bool> FinishAsync(WebSoInboxClaim claim, WebSoInboxState state, string? error, CancellationToken cancellationToken)
    {
        var isTaken = await base.FinishAsync(claim, state, error, cancellationToken);
        await NoteAsync(claim, isTaken ? LogKind.Marked : LogKind.Refused);
        return isTaken;
    }

    public override async ValueTask<bool> RetryAsync(WebSoInboxClaim claim, TimeSpan delay, string error, CancellationToken cancellationToken)
    {
        var isTaken = await base.RetryAsync(claim, delay, error, cancellationToken);
        if (!isTaken)
            await NoteAsync(claim, LogKind.Refused);
        return isTaken;
    }

    private Task NoteAsync(WebSoInboxClaim claim, LogKind kind) =>
        log.WriteSurelyAsync(kind, claim.Context.DeliveryId, claim.DocumentId, "", claim.Context.Attempt, ClaimedAt(claim.Context));
}
