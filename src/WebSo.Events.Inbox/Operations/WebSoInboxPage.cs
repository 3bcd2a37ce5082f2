namespace WebSo.Events;

/// <summary>A page of a list of deliveries.</summary>
public sealed record WebSoInboxPage
{
    /// <summary>The deliveries, the last received first.</summary>
    public required IReadOnlyList<WebSoInboxEntry> Entries { get; init; }

    /// <summary>The cursor of the next page; null if this is the last one.</summary>
    public required string? Next { get; init; }
}
