using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>Keeps all that a log could show of each line: its text, its values, its exception and its scopes.</summary>
internal sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<(string Category, string? Name, string Text, string Scopes)> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyList<(string Category, string? Name, string Text, string Scopes)> Lines => [.. _lines];

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private static string Describe(object? state) =>
        $"{state} {(state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "")}";

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => lines._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            lines._scopes.ForEachScope((scope, found) => found.Add(Describe(scope)), scopes);
            lines._lines.Enqueue((category, eventId.Name, $"{formatter(state, exception)} {exception} {Describe(state)}", string.Join(" | ", scopes)));
        }
    }
}
