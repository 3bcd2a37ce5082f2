namespace WebSo.Events.Engine;

internal sealed class ClaimOperation(string endpoint, int maxCount) : WriteOperation<ClaimResult>
{
    public string Endpoint => endpoint;

    public int MaxCount => maxCount;

    // What earlier tries could not read, by sequence, and why.
    public Dictionary<long, string> Unreadable { get; } = [];

    // Whether this try has found one more.
    public bool HasLearned { get; set; }

    // Leases that nobody gets would hold their documents until they end.
    protected override bool IsAbandonable => false;
}
