using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// The logging of a program that has set up none: as the provider of a logger factory, or as the factory itself.
internal sealed class StandardErrorLoggerProvider : ILoggerProvider, ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new StandardErrorLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException(
        "The default logging of WebSoEventListener has no further providers. Set up logging: events.Services.AddLogging(...).");

    public void Dispose()
    {
    }
}
