using Microsoft.Extensions.Logging;

namespace WebSo.Events.Tool.Inbox;

// Prints warnings of the inbox to standard error while a command runs, for example that the database is locked. Skips the log of an erase,
// because the command prints its result.
internal sealed class InboxWarnings : ILogger
{
    public static readonly InboxWarnings Instance = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && eventId.Name != "Erased")
            Console.Error.WriteLine(ToolOutput.Clean(formatter(state, exception)));
    }
}
