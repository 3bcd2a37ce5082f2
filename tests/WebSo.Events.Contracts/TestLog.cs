using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>Collects what is logged. A test fails on an Error that it did not announce.</summary>
public sealed class TestLog : ILoggerProvider
{
    private readonly ConcurrentQueue<TestLogEntry> _entries = new();
    private readonly HashSet<string> _expectedErrors = [];
    private bool _expectsAnyError;

    public IReadOnlyCollection<TestLogEntry> Entries => _entries;

    public void ExpectError(string eventName) => _expectedErrors.Add(eventName);

    /// <summary>For a start that fails, which the host logs as well.</summary>
    public void ExpectAnyError() => _expectsAnyError = true;

    public IEnumerable<string> Messages(string eventName) => _entries.Where(entry => entry.EventName == eventName).Select(entry => entry.Message);

    public void VerifyNoUnexpectedErrors() => _entries
        .Where(entry => entry.Level >= LogLevel.Error && !_expectsAnyError && !_expectedErrors.Contains(entry.EventName ?? ""))
        .Should().BeEmpty("an Error that a test did not announce with ExpectError is a defect");

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._entries.Enqueue(new TestLogEntry(category, logLevel, eventId.Name, formatter(state, exception), exception));
    }
}
