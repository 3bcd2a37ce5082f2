namespace WebSo.Events;

/// <summary>A page of a list of deliveries.</summary>
public sealed class WebSoInboxPage
{
    /// <summary>Creates a page.</summary>
    public WebSoInboxPage(IReadOnlyList<WebSoInboxEntry> entries, string? next) => (Entries, Next) = (entries, next);

    /// <summary>The deliveries, the last received first.</summary>
    public IReadOnlyList<WebSoInboxEntry> Entries { get; }

    /// <summary>The cursor of the next page; null if this is the last one.</summary>
    public string? Next { get; }
}
