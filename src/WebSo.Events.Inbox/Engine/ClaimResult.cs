namespace WebSo.Events.Engine;

/// <summary>What a worker got when it asked for work.</summary>
/// <param name="Leases">The leases, those due longest first.</param>
/// <param name="NextDue">How long until the next one is due; zero: more are due now. Null: none is known.</param>
internal sealed record ClaimResult(IReadOnlyList<Lease> Leases, TimeSpan? NextDue)
{
    public static ClaimResult None { get; } = new([], null);
}
