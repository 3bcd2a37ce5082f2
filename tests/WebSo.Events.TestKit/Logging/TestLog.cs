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

    private event Action<TestLogEntry>? Logged;

    public IReadOnlyCollection<TestLogEntry> Entries => _entries;

    public void ExpectError(string eventName) => _expectedErrors.Add(eventName);

    /// <summary>For a start that fails, which the host logs as well.</summary>
    public void ExpectAnyError() => _expectsAnyError = true;

    public IEnumerable<string> Messages(string eventName) => _entries.Where(entry => entry.EventName == eventName).Select(entry => entry.Message);

    /// <summary>Waits until a line of that name is logged.</summary>
    public async Task WaitForAsync(string eventName, CancellationToken cancellationToken)
    {
        var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check(TestLogEntry entry)
        {
            if (entry.EventName == eventName)
                logged.TrySetResult();
        }

        Logged += Check;
        foreach (var entry in _entries)
            Check(entry);
        try
        {
            await logged.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
        finally
        {
            Logged -= Check;
        }
    }

    public void VerifyNoUnexpectedErrors()
    {
        _entries.Where(entry => entry.Level >= LogLevel.Error && !_expectsAnyError && !_expectedErrors.Contains(entry.EventName ?? ""))
            .Should().BeEmpty("an Error that a test did not announce with ExpectError is a defect");
        _entries.Where(entry => entry.Message.Contains("endpoint ''")).Should().BeEmpty("the default endpoint is called so");
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var entry = new TestLogEntry(category, logLevel, eventId.Name, formatter(state, exception), exception);
            log._entries.Enqueue(entry);
            log.Logged?.Invoke(entry);
        }
    }
}
