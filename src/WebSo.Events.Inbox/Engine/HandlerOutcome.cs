namespace WebSo.Events.Engine;

// A handler that completed.
internal sealed record HandlerOutcome(string Handler, DateTimeOffset EndedAt, TimeSpan Duration);
