namespace WebSo.Events.Engine;

internal sealed class ClaimOperation(string endpoint, int maxCount) : WriteOperation<ClaimResult>
{
    public string Endpoint => endpoint;

    public int MaxCount => maxCount;

    // Leases that nobody gets would hold their documents until they end.
    protected override bool IsAbandonable => false;
}
