using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>An application like those of users: Kestrel on a free port, an endpoint, and an inbox if the test adds one.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private TestApp(WebApplication app, TestLog log) => (_app, Log) = (app, log);

    public TestLog Log { get; }

    public IServiceProvider Services => _app.Services;

    public IWebSoInbox Inbox => Services.GetRequiredService<IWebSoInbox>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestApp> StartAsync(
        Action<IWebSoEventsBuilder> endpoint,
        Action<WebSoEventsOptions>? options = null,
        Action<WebApplication>? configure = null)
    {
        var log = new TestLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // The code that docs/security.md recommends.
        builder.Configuration["Logging:LogLevel:Default"] = "Trace";
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning";
        builder.Logging.ClearProviders().AddProvider(log).AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Services.ConfigureAll<WebSoEventsOptions>(all => all.AllowAnonymousCalls = true);
        endpoint(builder.Services.AddWebSoEvents(options));
        var app = builder.Build();
        app.MapWebSoEvents();
        configure?.Invoke(app);
        await app.StartAsync(Token);
        return new TestApp(app, log);
    }

    public static string Finish(string document) =>
        $$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"2"}""";

    public Task<int> PostAsync(string body, string query = "", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/webso/events" + query, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), headers);

    public Task<int> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    private async Task<int> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, _app.Urls.Single() + path);
        request.Content = content;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, Token);
        return (int)response.StatusCode;
    }

    public async Task<WebSoInboxEntry> WaitForAsync(WebSoInboxState state, string? document = null)
    {
        return await Eventually.FindAsync(
            async () => (await Inbox.ListAsync(new WebSoInboxFilter { State = state, DocumentId = document }, 1, cancellationToken: Token)).Entries is [var entry, ..] ? entry : null,
            $"a delivery is {state}");
    }

    public Task StopAsync() => _app.StopAsync(Token);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}
