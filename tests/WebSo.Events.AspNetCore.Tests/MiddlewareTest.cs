using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>An endpoint behind other middleware on Kestrel.</summary>
public abstract class MiddlewareTest : IAsyncDisposable
{
    private KestrelHost? _host;

    protected static CancellationToken Canceled => TestContext.Current.CancellationToken;

    protected TestLog Log { get; } = new();

    protected HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });

    /// <summary>The result of the endpoint's sink. Set it before the call.</summary>
    private protected Func<Delivery, Task<Receipt>> Accept { get; set; } = _ => Task.FromResult(new Receipt(ReceiveOutcome.Stored));

    private protected RecordingSink Sink { get; }

    protected MiddlewareTest() => Sink = new RecordingSink(delivery => Accept(delivery));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
        Log.VerifyNoUnexpectedErrors();
        GC.SuppressFinalize(this);
    }

    protected async Task<Uri> StartAsync(Action<WebApplication> middleware, Action<IServiceCollection>? services = null, Action<WebSoEventsOptions>? options = null)
    {
        _host = await KestrelHost.StartAsync(
            Log,
            all =>
            {
                all.AddWebSoEvents(options ?? (_ => { })).Services.AddKeyedSingleton<IEventSink>("", Sink);
                services?.Invoke(all);
            },
            app =>
            {
                middleware(app);
                app.MapWebSoEvents();
            });
        return _host.Url;
    }

    protected Task<HttpResponseMessage> PostAsync(Uri url, string body = Payloads.StatusChange) => PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(body)));

    protected async Task<HttpResponseMessage> PostAsync(Uri url, HttpContent content, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content, Headers = { TransferEncodingChunked = chunked } };
        return await Client.SendAsync(request, Canceled);
    }

    /// <summary>Checks that a response has the expected status and nothing else.</summary>
    protected static async Task ShouldBeAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.Should().Be(status);
        response.Headers.Location.Should().BeNull();
        (await response.Content.ReadAsByteArrayAsync(Canceled)).Should().BeEmpty();
    }
}
