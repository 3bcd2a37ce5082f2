namespace WebSo.Events.Engine;

// What a worker got: the leases, those due longest first, and how long until the next one is due. Zero: more are due now. Null: none is known.
// The leases count from the timestamp at which their transaction began.
internal sealed record ClaimResult(IReadOnlyList<Lease> Leases, TimeSpan? NextDue, long GrantedAt);
