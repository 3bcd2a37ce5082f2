namespace WebSo.Events.Engine;

// What a worker got: the leases, those due longest first, and how long until the next one is due. Zero: more are due now. Null: none is known.
internal sealed record ClaimResult(IReadOnlyList<Lease> Leases, TimeSpan? NextDue);
