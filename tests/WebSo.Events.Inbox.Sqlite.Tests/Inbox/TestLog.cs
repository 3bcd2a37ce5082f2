using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What was logged, by the name of the event.
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Name, string Text)> _entries = new();
    private readonly SemaphoreSlim _more = new(0);

    public IReadOnlyList<string> Of(string name) => [.. _entries.Where(entry => entry.Name == name).Select(entry => entry.Text)];

    public async Task<string> WaitForAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Of(name) is [var first, ..])
                return first;
            await _more.WaitAsync(cancellationToken);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception)));
        _more.Release();
    }

    public void Dispose()
    {
    }
}
