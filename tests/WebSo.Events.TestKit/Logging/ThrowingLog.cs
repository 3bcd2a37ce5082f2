using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>A log whose loggers throw in one of their members. Applies only to the categories of the SDK, not to those of the web server.</summary>
public sealed class ThrowingLog(string member) : ILoggerProvider
{
    /// <summary>The members that can throw.</summary>
    public static readonly string[] Members = ["IsEnabled", "Log", "BeginScope", "EndScope"];

    private int _thrown;

    /// <summary>How often a member has thrown. Tests check that it is not 0.</summary>
    public int Thrown => _thrown;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName.StartsWith("WebSo.Events.", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private void Throw(string asked)
    {
        if (asked != member)
            return;

        Interlocked.Increment(ref _thrown);
        throw new IOException("The log can't be written.");
    }

    private sealed class Logger(ThrowingLog log, bool isOfSdk) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            if (!isOfSdk)
                return null;

            log.Throw("BeginScope");
            return new Scope(log);
        }

        public bool IsEnabled(LogLevel logLevel)
        {
            if (isOfSdk)
                log.Throw("IsEnabled");
            return true;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (isOfSdk)
                log.Throw("Log");
        }
    }

    private sealed class Scope(ThrowingLog log) : IDisposable
    {
        public void Dispose() => log.Throw("EndScope");
    }
}
