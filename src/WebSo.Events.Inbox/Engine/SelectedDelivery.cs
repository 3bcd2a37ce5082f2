namespace WebSo.Events.Engine;

// A delivery that an operator means, as it was found by the search.
internal sealed record SelectedDelivery(long Sequence, string Endpoint, string Queue)
{
    // Of one that could not be read and now can.
    public string? ReadEvent { get; init; }

    public string? ReadDocument { get; init; }
}
