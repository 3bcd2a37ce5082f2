using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// A worker of the default endpoint on its own engine, without a host.
internal sealed class WorkerHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private WorkerHost(ServiceProvider services, InboxDialect dialect, TimeProvider time, ILogger logger)
    {
        _services = services;
        Engine = new InboxEngine(dialect, time, logger);
        var endpoint = new InboxEndpoint(services.GetRequiredKeyedService<Endpoint>(""), Engine, services);
        Serializer = endpoint.Serializer;
        Worker = new DeliveryWorker(endpoint);
    }

    public InboxEngine Engine { get; }

    public DeliveryWorker Worker { get; }

    public DiagnosticSources Diagnostics => _services.GetRequiredService<DiagnosticSources>();

    public WebSoEventSerializer Serializer { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WorkerHost> StartAsync(
        string path,
        Action<IWebSoEventsBuilder> addHandlers,
        Action<WebSoInboxOptions>? configure = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        Func<InboxDialect, InboxDialect>? wrap = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new OneLogger(logger ?? NullLogger.Instance)));
        addHandlers(services.AddWebSoEvents());
        services.Configure(configure ?? (_ => { }));
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton(provider => new InboxMetrics(provider.GetRequiredService<DiagnosticSources>().Meter));
        var dialect = new SqliteDialect(new SqliteFile(path, allowUnsafeFileSystem: false));
        var host = new WorkerHost(services.BuildServiceProvider(), wrap?.Invoke(dialect) ?? dialect, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        await host.Engine.OpenAsync(Token);
        host.Worker.Start();
        return host;
    }

    public Task<AppendResult> PostAsync(string document, int number = 1)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"{{number}}"}""");
        Serializer.TryDeserialize(body, out var e, out _);
        var context = new WebSoEventContext
        {
            DeliveryId = Guid.CreateVersion7(),
            ReceivedAt = DateTimeOffset.UtcNow,
            EndpointName = "",
            RequestPath = "/webso/events",
            QueryString = "",
            RemoteAddress = IPAddress.Loopback,
            Body = body,
        };
        return Engine.AppendAsync(
            new NewDelivery
            {
                Context = context,
                EventName = "USER_FINISH",
                DocumentId = document,
                State = WebSoInboxState.Pending,
                DuplicateKey = DuplicateKey.Of(context),
                DuplicateWindow = TimeSpan.FromMinutes(1),
                Event = e,
            },
            Token);
    }

    public Task<IReadOnlyList<WebSoInboxEntry>> WaitForAsync(WebSoInboxState state, int count = 1) => Eventually.FindAsync(
        async () => (await Engine.ListAsync(new WebSoInboxFilter { State = state }, 1000, null, Token)).Entries is var entries && entries.Count >= count ? entries : null,
        $"{count} deliveries are {state}");

    public async ValueTask DisposeAsync()
    {
        await Worker.StopAsync(CancellationToken.None);
        await Engine.DisposeAsync();
        Worker.Dispose();
        await _services.DisposeAsync();
    }

    private sealed class OneLogger(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
