namespace WebSo.Events;

// What a worker says of an event that it has claimed. True: the claim was in force.
internal sealed class MarkOperation(MarkKind kind, WebSoInboxClaim claim) : AwaitedOperation<bool>
{
    public MarkKind Kind { get; } = kind;

    public WebSoInboxClaim Claim { get; } = claim;

    public string? HandlerName { get; init; }

    public WebSoInboxState State { get; init; }

    public TimeSpan Delay { get; init; }

    public string? Error { get; init; }
}
