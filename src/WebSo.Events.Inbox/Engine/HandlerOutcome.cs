namespace WebSo.Events.Inbox.Engine;

// A completed handler.
internal sealed record HandlerOutcome(string Handler, DateTimeOffset EndedAt, TimeSpan Duration);
