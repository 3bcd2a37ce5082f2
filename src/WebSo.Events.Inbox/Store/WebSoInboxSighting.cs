namespace WebSo.Events;

/// <summary>One call of a stored event: the first, or a repeat.</summary>
/// <param name="Id">The store's own number of the event.</param>
/// <param name="Number">1 for the first call, 2 for its first repeat. The answer is known where that of the highest is.</param>
public readonly record struct WebSoInboxSighting(long Id, int Number);
