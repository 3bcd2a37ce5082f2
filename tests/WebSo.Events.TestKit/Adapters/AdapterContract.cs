using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>The tests that every adapter must pass over real sockets. A subclass starts the adapter.</summary>
public abstract partial class AdapterContract : IAsyncLifetime
{
    private readonly List<IAdapterHost> _hosts = [];

    protected TestLog Log { get; } = new();

    protected HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    protected static CancellationToken Canceled => TestContext.Current.CancellationToken;

    /// <summary>Starts a web server with the default endpoint. It logs to <see cref="Log"/>.</summary>
    protected abstract Task<IAdapterHost> StartHostAsync(Action<IWebSoEventsBuilder> configure);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        Client.Dispose();
        Log.VerifyNoUnexpectedErrors();
        GC.SuppressFinalize(this);
    }

    protected async Task<IAdapterHost> StartAsync(Action<IWebSoEventsBuilder> configure)
    {
        var host = await StartHostAsync(configure);
        _hosts.Add(host);
        return host;
    }

    private protected Task<IAdapterHost> StartAsync(RecordingSink sink, Action<WebSoEventsOptions>? options = null) => StartAsync(builder =>
    {
        builder.Services.AddKeyedSingleton<IEventSink>(builder.Name, sink);
        if (options is not null)
            builder.Services.Configure(builder.Name, options);
    });

    protected Task<HttpResponseMessage> PostAsync(Uri url, string body, string? contentType = null)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return Client.PostAsync(url, content, Canceled);
    }

    private protected static RecordingSink SinkOf(ReceiveOutcome outcome) => new(_ => Task.FromResult(new Receipt(outcome)));

    protected static HttpStatusCode Status(string head) => (HttpStatusCode)int.Parse(head.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
