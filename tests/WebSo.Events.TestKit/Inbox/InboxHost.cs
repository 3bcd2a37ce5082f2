using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WebSo.Events.Inbox.Sqlite.Dialect;
using WebSo.Events.Inbox.Sqlite.Files;
using Xunit;

namespace WebSo.Events.TestKit;

// A host with one endpoint and its inbox, but without a web server.
internal sealed class InboxHost : IAsyncDisposable
{
    private readonly IHost _host;

    private InboxHost(IHost host, TestLog log) => (_host, Log) = (host, log);

    public TestLog Log { get; }

    public IServiceProvider Services => _host.Services;

    public IWebSoInbox Inbox => _host.Services.GetRequiredService<IWebSoInbox>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<InboxHost> StartAsync(
        string path,
        Action<IWebSoEventsBuilder> addHandlers,
        Action<WebSoInboxOptions>? configure = null,
        TimeProvider? timeProvider = null,
        Action<WebSoEventsOptions>? configureEndpoint = null,
        Func<InboxDialect, InboxDialect>? wrap = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var log = new TestLog();
        builder.Logging.AddProvider(log);
        if (timeProvider is not null)
            builder.Services.Replace(ServiceDescriptor.Singleton(timeProvider));
        var endpoint = builder.Services.AddWebSoEvents(configureEndpoint);
        addHandlers(endpoint);
        if (wrap is null)
        {
            endpoint.UseSqliteInbox(path, configure, file => file.MinFreeSpace = 0);
        }
        else
        {
            var dialect = wrap(new SqliteDialect(new SqliteFile(path, allowUnsafeFileSystem: false)));
            builder.Services.AddSingleton(services => new InboxEngine(dialect, services.GetRequiredService<TimeProvider>(), NullLogger.Instance));
            endpoint.UseInbox(services => services.GetRequiredService<InboxEngine>(), configure);
        }

        var host = builder.Build();
        try
        {
            await host.StartAsync(Token);
        }
        catch
        {
            host.Dispose();
            throw;
        }

        return new InboxHost(host, log);
    }

    public Task<Receipt> PostAsync(string body) => PostAsync(new TestRequest(body));

    public async Task<Receipt> PostAsync(TestRequest request) =>
        await _host.Services.GetRequiredService<EventReceiverProvider>().Get("").ReceiveAsync(request, Token);

    public static string Finish(string document, int fields = 1) =>
        $$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"{{fields}}"}""";

    public async Task<WebSoInboxEntry> WaitForAsync(WebSoInboxState state)
    {
        return await Eventually.FindAsync(
            async () => (await Inbox.ListAsync(new WebSoInboxFilter { State = state }, 1, cancellationToken: Token)).Entries is [var entry, ..] ? entry : null,
            $"a delivery is {state}");
    }

    public Task StopAsync() => _host.StopAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
