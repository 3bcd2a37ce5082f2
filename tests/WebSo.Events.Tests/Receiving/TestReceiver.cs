using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace WebSo.Events.Tests;

// A container with endpoints, a fake clock and a log, but without a web server.
internal sealed class TestReceiver : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestReceiver(Action<IServiceCollection> configure, IConfiguration? configuration = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        if (configuration is not null)
            services.AddSingleton(configuration);
        configure(services);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    // The default endpoint with one delegate handler.
    public TestReceiver(Action<WebSoEventsOptions> configure, IConfiguration? configuration = null)
        : this(services => services.AddWebSoEvents(configure).AddHandler<WebSoEvent>("test", (_, _, _) => default), configuration)
    {
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public TestLog Logs { get; } = new();

    public IServiceProvider Services => _services;

    public EventReceiver Get(string name = "") => _services.GetRequiredService<EventReceiverProvider>().Get(name);

    public ValueTask<Receipt> ReceiveAsync(TestRequest request, string name = "", CancellationToken cancellationToken = default) =>
        Get(name).ReceiveAsync(request, cancellationToken);

    public async Task<ReceiveOutcome> OutcomeOfAsync(TestRequest request) => (await ReceiveAsync(request)).Outcome;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Logs.VerifyNoUnexpectedErrors();
    }
}
