using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>An application like a user writes it: a host with Kestrel on a free port and an inbox.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private WebHost(WebApplication app, TestLog log)
    {
        (_app, Log) = (app, log);
        _client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    public TestLog Log { get; }

    public IWebSoInbox Inbox => _app.Services.GetRequiredService<IWebSoInbox>();

    /// <summary>Maps the default endpoint at /webso/events, unless the application maps its own endpoints.</summary>
    public static async Task<WebHost> StartAsync(Action<IServiceCollection> configure, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new TestLog();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.ConfigureAll<WebSoEventsOptions>(options => options.AllowAnonymousCalls = true);
        configure(builder.Services);
        var app = builder.Build();
        (map ?? (application => application.MapWebSoEvents())).Invoke(app);
        try
        {
            await app.StartAsync(PostgreSqlServer.Token);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new WebHost(app, log);
    }

    public static string Finish(string document) => $$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"1"}""";

    public Task<HttpStatusCode> PostAsync(string document) => PostAsync("/webso/events", document);

    public async Task<HttpStatusCode> PostAsync(string path, string document)
    {
        using var content = new StringContent(Finish(document));
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), content, PostgreSqlServer.Token);
        return response.StatusCode;
    }

    public IWebSoInbox InboxOf(string endpoint) => _app.Services.GetRequiredKeyedService<IWebSoInbox>(endpoint);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
