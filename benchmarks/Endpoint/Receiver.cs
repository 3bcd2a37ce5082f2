using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebSo.Events;

namespace EndpointBenchmark;

// The receiver of an application without a web server. No logging provider captures scopes.
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly EventReceiver _receiver;

    public Receiver()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddWebSoEvents(options => options.AllowAnonymousCalls = true).AddHandler<WebSoEvent>("nothing", (_, _, _) => default);
        _services = services.BuildServiceProvider();
        _receiver = _services.GetRequiredService<EventReceiverProvider>().Get("");
    }

    public async ValueTask ReceiveAsync() => await _receiver.ReceiveAsync(new Call(), CancellationToken.None);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
