using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Listener.Logging;

// Writes each warning and error to standard error as one line.
internal sealed class StandardErrorLogger(string category) : ILogger
{
    private const int MaxLength = 4096;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Warning or LogLevel.Error or LogLevel.Critical;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;

        var line = new StringBuilder();
        line.Append(logLevel == LogLevel.Warning ? "warning: " : "error: ").Append(category)
            .Append('[').Append(eventId.Id.ToString(CultureInfo.InvariantCulture)).Append("] ").Append(formatter(state, exception));
        for (var e = exception; e is not null; e = e.InnerException)
            line.Append(" | ").Append(e.GetType().FullName).Append(": ").Append(e.Message).Append(FirstFrame(e));
        Console.Error.WriteLine(LogText.Of(line.ToString(), MaxLength));
    }

    // The first frame is enough to find the line in a handler.
    private static string FirstFrame(Exception e) =>
        e.StackTrace is { } trace ? " " + trace.Trim().Split('\n')[0].Trim() : "";
}
