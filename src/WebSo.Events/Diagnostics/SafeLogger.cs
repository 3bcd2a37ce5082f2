using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WebSo.Events.Diagnostics;

// What all lines of the SDK are written through. A logger that throws changes no answer and ends no loop, and whatever a stranger or a
// handler's exception brings into a line is made safe here, once for all lines.
internal sealed class SafeLogger(ILogger logger) : ILogger
{
    private const int MaxLineLength = 8192;

    // A program without a host may have no logging.
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
            // The logger is the only place to report it, and it is what failed: the line is lost, and nothing else.
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
            // As in IsEnabled.
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
                // As in IsEnabled.
            }
        }
    }
}
