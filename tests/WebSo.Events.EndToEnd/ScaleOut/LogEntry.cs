namespace WebSo.Events.EndToEnd.ScaleOut;

// Ticks are ticks of Stopwatch. On Linux, all processes share this clock, and nobody can set it. Since: when a stall began.
internal sealed record LogEntry(int Run, LogKind Kind, Guid DeliveryId, string Document, string Body, int Attempt, long Since, long Tick);
