using Microsoft.Extensions.Logging;

namespace WebSo.Events;

public sealed record TestLogEntry(string Category, LogLevel Level, string? EventName, string Message, Exception? Exception);
