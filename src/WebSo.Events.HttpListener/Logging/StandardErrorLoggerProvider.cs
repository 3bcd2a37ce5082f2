using Microsoft.Extensions.Logging;

namespace WebSo.Events.Listener.Logging;

// The default logging of a program without any. Serves as a provider for an existing logger factory, or as the factory itself.
internal sealed class StandardErrorLoggerProvider : ILoggerProvider, ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new StandardErrorLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException(
        "The default logging of WebSoEventListener does not support other providers. Configure logging with events.Services.AddLogging(...).");

    public void Dispose()
    {
    }
}
