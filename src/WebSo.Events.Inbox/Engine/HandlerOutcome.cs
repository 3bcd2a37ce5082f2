namespace WebSo.Events.Engine;

/// <summary>A handler that completed.</summary>
internal sealed record HandlerOutcome(string Handler, DateTimeOffset EndedAt, TimeSpan Duration);
