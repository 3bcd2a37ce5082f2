namespace WebSo.Events.Inbox.Engine;

// A delivery that an operator's search found.
internal sealed record SelectedDelivery(long Sequence, string Endpoint, string Queue)
{
    // Set for a malformed delivery that can be read now.
    public string? ReadEvent { get; init; }

    public string? ReadDocument { get; init; }
}
