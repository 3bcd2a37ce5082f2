namespace WebSo.Events.ScaleOutTest;

// Ticks are those of Stopwatch: on Linux one clock for all processes, which no one sets. Claimed: a moment before the event was claimed.
internal sealed record LogEntry(int Run, LogKind Kind, Guid DeliveryId, string Document, string Body, int Attempt, long Claimed, long Tick);
