using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Contracts;

/// <summary>Collects what an engine logs; or throws instead, as a logger may.</summary>
internal sealed class RecordingLogger(bool throws = false) : ILogger
{
    private readonly ConcurrentQueue<(string? EventName, LogLevel Level, string Message)> _lines = new();
    private readonly SemaphoreSlim _added = new(0);
    private int _thrown;

    /// <summary>How often it has thrown: 0 means that a test has tested nothing.</summary>
    public int Thrown => Volatile.Read(ref _thrown);

    public IEnumerable<string> Messages(string eventName) => _lines.Where(line => line.EventName == eventName).Select(line => line.Message);

    public IEnumerable<LogLevel> Levels(string eventName) => _lines.Where(line => line.EventName == eventName).Select(line => line.Level);

    public async Task<string> WaitForAsync(string eventName, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Messages(eventName).FirstOrDefault() is { } message)
                return message;
            await _added.WaitAsync(cancellationToken);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue((eventId.Name, logLevel, formatter(state, exception)));
        _added.Release();
        if (!throws)
            return;

        Interlocked.Increment(ref _thrown);
        throw new IOException("The log can't be written.");
    }
}
