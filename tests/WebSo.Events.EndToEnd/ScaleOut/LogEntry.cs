namespace WebSo.Events.ScaleOutTest;

// Ticks are those of Stopwatch: on Linux one clock for all processes, which no one sets. Since: when a stall began.
internal sealed record LogEntry(int Run, LogKind Kind, Guid DeliveryId, string Document, string Body, int Attempt, long Since, long Tick);
