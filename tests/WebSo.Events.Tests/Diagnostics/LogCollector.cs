using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Keeps every log line, with its scopes' and values' text.
internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    public IReadOnlyList<string> TextsOf(string name) => [.. _entries.Where(entry => entry.Name == name).Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCollector collector, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(" ", pairs) : "";
            collector._entries.Enqueue(new LogEntry(category, logLevel, eventId.Name, $"{formatter(state, exception)} {exception} {values}"));
        }
    }
}
