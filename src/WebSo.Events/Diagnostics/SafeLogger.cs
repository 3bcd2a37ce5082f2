using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events.Diagnostics;

// The logger of all packages. It sanitizes untrusted text in each line, and an exception in a logger changes no response and stops no
// background loop.
internal sealed class SafeLogger(ILogger logger) : ILogger
{
    private const int MaxLineLength = 8192;

    // Returns a null logger in a container without logging.
    public static ILogger Of<TCategory>(IServiceProvider services) => Of(services.GetService<ILoggerFactory>()?.CreateLogger<TCategory>());

    public static ILogger Of(IServiceProvider services, string category) => Of(services.GetService<ILoggerFactory>()?.CreateLogger(category));

    public static ILogger Of(ILogger? logger) => logger switch
    {
        null => NullLogger.Instance,
        SafeLogger => logger,
        _ => new SafeLogger(logger),
    };

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return logger.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            // The logger itself failed, so the failure can't be logged. Only the line is lost.
            return false;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return logger.BeginScope(state) is { } scope ? new SafeScope(scope) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            var line = new SafeLogState(LogText.Of(formatter(state, exception), MaxLineLength), state as IReadOnlyList<KeyValuePair<string, object?>>);
            var cause = SafeException.Of(exception);
            logger.Log(logLevel, eventId, line, cause, static (line, _) => line.ToString());
        }
        catch (Exception)
        {
            // The logger failed, as in IsEnabled.
        }
    }

    private sealed class SafeScope(IDisposable scope) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                scope.Dispose();
            }
            catch (Exception)
            {
                // The logger failed, as in IsEnabled.
            }
        }
    }
}
