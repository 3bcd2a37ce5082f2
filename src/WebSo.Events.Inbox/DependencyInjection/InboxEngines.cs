using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.DependencyInjection;

// Creates one engine per database, no matter how many endpoints use it. The service container closes the engines after the host has
// stopped.
internal sealed class InboxEngines(IServiceProvider services) : IAsyncDisposable, IDisposable
{
    private readonly Dictionary<object, InboxEngine> _engines = [];

    public InboxEngine Get(object database, Func<TimeProvider, ILogger, InboxEngine> create)
    {
        lock (_engines)
        {
            if (!_engines.TryGetValue(database, out var engine))
                _engines.Add(database, engine = create(services.GetRequiredService<TimeProvider>(), SafeLogger.Of<IWebSoInbox>(services)));
            return engine;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines.Values)
            await engine.DisposeAsync().ConfigureAwait(false);
    }

    // For a service container that is disposed synchronously, for example without a host.
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();
}
