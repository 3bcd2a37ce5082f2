using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>Collects log messages as a provider or as a single logger. It can also fail.</summary>
public sealed class TestLog : ILoggerProvider, ILogger, ISupportExternalScope
{
    private readonly ConcurrentQueue<TestLogEntry> _entries = new();
    private readonly HashSet<string> _expectedErrors = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();
    private bool _expectsAnyError;
    private int _thrown;

    /// <summary>The events for which logging throws.</summary>
    public IReadOnlyCollection<string> Refused { get; init; } = [];

    /// <summary>Whether logging throws for every message.</summary>
    public bool RefusesAll { get; init; }

    /// <summary>Called with each message before logging returns.</summary>
    public Action<TestLogEntry>? OnLogged { get; init; }

    public IReadOnlyList<TestLogEntry> Entries => [.. _entries];

    /// <summary>How often logging has thrown. Tests of a failing log check that it is not 0.</summary>
    public int Thrown => Volatile.Read(ref _thrown);

    /// <summary>Everything that a log file would contain.</summary>
    public string Text => string.Join('\n', _entries.Select(entry => entry.Message + entry.Exception));

    public IReadOnlyList<string> Messages(string eventName) => [.. Of(eventName).Select(entry => entry.Message)];

    public IReadOnlyList<LogLevel> Levels(string eventName) => [.. Of(eventName).Select(entry => entry.Level)];

    public IReadOnlyList<Exception?> Exceptions(string eventName) => [.. Of(eventName).Select(entry => entry.Exception)];

    public IReadOnlyList<Exception> AllExceptions => [.. _entries.Select(entry => entry.Exception).OfType<Exception>()];

    public void ExpectError(params string[] eventNames) => _expectedErrors.UnionWith(eventNames);

    /// <summary>Expects the error that a host logs if its start fails.</summary>
    public void ExpectAnyError() => _expectsAnyError = true;

    public void VerifyNoUnexpectedErrors()
    {
        Entries.Where(entry => entry.Level >= LogLevel.Error && !_expectsAnyError && !_expectedErrors.Contains(entry.EventName ?? ""))
            .Should().BeEmpty("an Error that a test did not announce with ExpectError is a defect");
        Entries.Where(entry => entry.Message.Contains("endpoint ''")).Should().BeEmpty("it is called the default endpoint");
    }

    /// <summary>Waits for the first message of an event.</summary>
    public async Task<string> WaitForAsync(string eventName, CancellationToken cancellationToken) =>
        (await WaitForAsync(eventName, 1, cancellationToken))[0];

    /// <summary>Waits until an event was logged the given number of times.</summary>
    public async Task<IReadOnlyList<string>> WaitForAsync(string eventName, int count, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Deadline.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while (true)
        {
            var added = Volatile.Read(ref _added).Task;
            var messages = Messages(eventName);
            if (messages.Count >= count)
                return messages;
            try
            {
                await added.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"'{eventName}' was not logged {count} times. Logged were: {string.Join(", ", Entries.Select(entry => entry.EventName))}");
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add("", logLevel, eventId, state, formatter(state, exception), exception);

    public void Dispose()
    {
    }

    private static string Describe(object? scope) =>
        $"{scope} {(scope is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "")}";

    private IEnumerable<TestLogEntry> Of(string eventName) => _entries.Where(entry => entry.EventName == eventName);

    private void Add(string category, LogLevel level, EventId eventId, object? state, string message, Exception? exception)
    {
        var scopes = new List<string>();
        _scopes.ForEachScope((scope, found) => found.Add(Describe(scope)), scopes);
        var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
        var entry = new TestLogEntry(category, level, eventId.Name, message, exception, [.. values], string.Join(" | ", scopes));
        _entries.Enqueue(entry);
        Interlocked.Exchange(ref _added, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        OnLogged?.Invoke(entry);
        if (!RefusesAll && !Refused.Contains(eventId.Name ?? ""))
            return;
        Interlocked.Increment(ref _thrown);
        throw new IOException("The log can't be written.");
    }

    private sealed class Logger(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(category, logLevel, eventId, state, formatter(state, exception), exception);
    }
}
