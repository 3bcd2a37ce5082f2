using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>A real listener on a free loopback port.</summary>
internal sealed class ListenerHost : IAdapterHost
{
    private readonly WebSoEventListener _listener;

    private ListenerHost(WebSoEventListener listener, string prefix) => (_listener, Url) = (listener, new Uri(prefix.TrimEnd('/')));

    public Uri Url { get; }

    public static ListenerHost Start(TestLog log, Action<IWebSoEventsBuilder> configure, Action<WebSoListenerOptions>? options = null)
    {
        // Another process can take the free port first.
        for (var attempt = 1; ; attempt++)
        {
            var prefix = Loopback.FreePrefix();
            try
            {
                return new ListenerHost(WebSoEventListener.Start(prefix, ConfigureAll), prefix);
            }
            catch (IOException) when (attempt < 5)
            {
            }
        }

        void ConfigureAll(IWebSoEventsBuilder builder)
        {
            TestEnvironment.Set(builder.Services, "Development");
            builder.Services.AddLogging(logging => logging.AddProvider(log));
            configure(builder);
            if (options is not null)
                builder.Services.Configure(builder.Name, options);
        }
    }

    public Task StopAsync() => _listener.DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
