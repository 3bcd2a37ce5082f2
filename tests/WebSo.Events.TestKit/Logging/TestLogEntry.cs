using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>A log message with everything that a logging provider can show.</summary>
public sealed record TestLogEntry(
    string Category,
    LogLevel Level,
    string? EventName,
    string Message,
    Exception? Exception,
    IReadOnlyList<KeyValuePair<string, object?>> Values,
    string Scopes)
{
    /// <summary>The message, the exception and the structured values, but not the scopes.</summary>
    public string Text => $"{Message} {Exception} {string.Join(' ', Values)}";
}
