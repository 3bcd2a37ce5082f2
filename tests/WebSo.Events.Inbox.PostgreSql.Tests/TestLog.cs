using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>What was logged, by the name of the event.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Name, string Text)> _entries = new();

    /// <summary>The events whose lines can't be written.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    public int Count => _entries.Count;

    public IReadOnlyList<(LogLevel Level, string Text)> Of(string name) =>
        [.. _entries.Where(entry => entry.Name == name).Select(entry => (entry.Level, entry.Text))];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception)));
        if (eventId.Name is { } name && Refused.Contains(name))
            throw new IOException("a flaw of the logger");
    }

    public void Dispose()
    {
    }
}
