using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Tests;

// Keeps what is logged, and tells whoever asks of the name of each line at once. An Error that the test did not announce fails it, when the
// receiver under test is disposed.
internal sealed class TestLogs(Action<string?>? logged = null) : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string? Name, string Text, Exception? Exception, object? State)> _entries = new();

    public HashSet<string> ExpectedErrors { get; } = [];

    public IEnumerable<string> Of(string name) => _entries.Where(entry => entry.Name == name).Select(entry => entry.Text);

    public IEnumerable<LogLevel> LevelsOf(string name) => _entries.Where(entry => entry.Name == name).Select(entry => entry.Level);

    public IEnumerable<string?> Names => _entries.Select(entry => entry.Name);

    public IEnumerable<string> Texts => _entries.Select(entry => entry.Text);

    public IEnumerable<Exception> Exceptions => _entries.Select(entry => entry.Exception).OfType<Exception>();

    // As a structured logger reads them.
    public IEnumerable<object?> Values => _entries.SelectMany(entry => (IEnumerable<KeyValuePair<string, object?>>)entry.State!).Select(pair => pair.Value);

    // All that a log file would hold, exceptions included.
    public string All => string.Join('\n', _entries.Select(entry => entry.Text + entry.Exception));

    public void VerifyNoUnexpectedErrors()
    {
        _entries.Where(entry => entry.Level >= LogLevel.Error && !ExpectedErrors.Contains(entry.Name ?? "")).Should().BeEmpty();
        Texts.Should().NotContain(text => text.Contains("endpoint ''"), "the default endpoint is called so");
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, eventId.Name, formatter(state, exception), exception, state));
        logged?.Invoke(eventId.Name);
    }
}
