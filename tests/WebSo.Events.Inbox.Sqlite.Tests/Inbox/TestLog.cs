using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What was logged, by the name of the event.
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Name, string Text, Exception? Exception)> _entries = new();
    private readonly SemaphoreSlim _more = new(0);

    // The event whose line can't be written.
    public string? Refused { get; init; }

    public IReadOnlyList<string> Of(string name) => [.. _entries.Where(entry => entry.Name == name).Select(entry => entry.Text)];

    public IReadOnlyList<Exception?> ExceptionsOf(string name) => [.. _entries.Where(entry => entry.Name == name).Select(entry => entry.Exception)];

    public async Task<string> WaitForAsync(string name, CancellationToken cancellationToken) => (await WaitForAsync(name, 1, cancellationToken))[0];

    public async Task<IReadOnlyList<string>> WaitForAsync(string name, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = Of(name);
            if (found.Count >= count)
                return found;
            await _more.WaitAsync(cancellationToken);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception), exception));
        _more.Release();
        if (eventId.Name is not null && eventId.Name == Refused)
            throw new IOException("a flaw of the logger");
    }

    public void Dispose()
    {
    }
}
