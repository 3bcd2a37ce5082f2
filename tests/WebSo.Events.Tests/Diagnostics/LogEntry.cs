using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal sealed record LogEntry(string Category, LogLevel Level, string? Name, string Text);
