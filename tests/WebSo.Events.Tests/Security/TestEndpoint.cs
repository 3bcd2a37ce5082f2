using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace WebSo.Events;

// An application with endpoints but without a web server.
internal sealed class TestEndpoint : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestEndpoint(Action<WebSoEventsOptions>? configure = null, IConfiguration? configuration = null, params string[] names)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        if (configuration is not null)
            services.AddSingleton(configuration);
        foreach (var name in names.Length == 0 ? [""] : names)
        {
            services.AddWebSoEvents(name, configure).AddHandler<WebSoEvent>("test", (e, context, _) =>
            {
                Handled.Add(context);
                return default;
            });
        }

        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    public TestLog Log { get; } = new();

    public List<WebSoEventContext> Handled { get; } = [];

    public WebSoCallbackUrls Urls => _services.GetRequiredService<WebSoCallbackUrls>();

    public EventReceiver Receiver(string name = "") => _services.GetRequiredService<EventReceiverProvider>().Get(name);

    public async Task<Receipt> ReceiveAsync(TestRequest call, string name = "") => await Receiver(name).ReceiveAsync(call, CancellationToken.None);

    public Task<Receipt> ReceiveAsync(Uri url, string name = "") => ReceiveAsync(new TestRequest { SentPath = Uri.UnescapeDataString(url.AbsolutePath), SentQuery = url.Query }, name);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
