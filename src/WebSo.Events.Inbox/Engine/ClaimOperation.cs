namespace WebSo.Events.Inbox.Engine;

internal sealed class ClaimOperation(string endpoint, int maxCount) : WriteOperation<ClaimResult>
{
    public string Endpoint => endpoint;

    public int MaxCount => maxCount;

    // The deliveries that earlier tries could not read, by sequence, each with the reason.
    public Dictionary<long, string> Unreadable { get; } = [];

    // True if this try found another unreadable delivery.
    public bool FoundUnreadable { get; set; }

    // If the caller left, the leases would block their documents until they expire.
    protected override bool IsAbandonable => false;
}
