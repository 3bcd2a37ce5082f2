using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>A log that fails at some events, as a full disk does.</summary>
internal sealed class ThrowingLog(params int[] eventIds) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventIds.Contains(eventId.Id))
            throw new IOException("No space left on device.");
    }
}
