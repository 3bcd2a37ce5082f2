namespace WebSo.Events.Inbox.Engine;

// The result of a claim: the leases, the longest due first, and the time until the next delivery is due (zero: now; null: unknown). Leases
// are valid from the timestamp at which the transaction began.
internal sealed record ClaimResult(IReadOnlyList<Lease> Leases, TimeSpan? NextDue, long GrantedAt);
