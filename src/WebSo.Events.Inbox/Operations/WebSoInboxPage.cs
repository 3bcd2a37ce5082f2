namespace WebSo.Events;

/// <summary>A page of deliveries.</summary>
public sealed record WebSoInboxPage
{
    /// <summary>The deliveries, newest first.</summary>
    public required IReadOnlyList<WebSoInboxEntry> Entries { get; init; }

    /// <summary>The cursor of the next page; null if this is the last page.</summary>
    public required string? Next { get; init; }
}
