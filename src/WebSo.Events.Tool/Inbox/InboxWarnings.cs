using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// What an inbox logs while a command uses it, as that it waits for a locked database. The result of an erase is the command's own to say.
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
