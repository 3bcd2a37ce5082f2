using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

/// <summary>The endpoint works with the conventions of ASP.NET Core.</summary>
public sealed class ConventionTests : IAsyncDisposable
{
    private readonly TestLog _log = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly RecordingSink _sink = new(_ => Task.FromResult(new Receipt(ReceiveOutcome.Handled)));

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _log.VerifyNoUnexpectedErrors();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Map_HostAndAuthorization_Compose()
    {
        await using var host = await KestrelHost.StartAsync(
            _log,
            services =>
            {
                services.AddWebSoEvents().Services.AddKeyedSingleton<IEventSink>("", _sink);
                services.AddAuthentication("none").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("none", _ => { });
                services.AddAuthorization();
            },
            app =>
            {
                app.MapWebSoEvents("/open").RequireHost("127.0.0.1");
                app.MapWebSoEvents("/elsewhere").RequireHost("example.com");
                app.MapWebSoEvents("/closed").RequireAuthorization();
            });

        using var open = await PostAsync(new Uri(host.Url, "/open"));
        using var elsewhere = await PostAsync(new Uri(host.Url, "/elsewhere"));
        using var closed = await PostAsync(new Uri(host.Url, "/closed"));

        open.StatusCode.Should().Be(HttpStatusCode.OK);
        elsewhere.StatusCode.Should().Be(HttpStatusCode.NotFound);
        closed.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        _sink.Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task Map_RateLimiting_Composes()
    {
        await using var host = await KestrelHost.StartAsync(
            _log,
            services =>
            {
                services.AddWebSoEvents().Services.AddKeyedSingleton<IEventSink>("", _sink);
                services.AddRateLimiter(options => options.AddFixedWindowLimiter("one", window => (window.PermitLimit, window.Window) = (1, TimeSpan.FromHours(1))));
            },
            app =>
            {
                app.UseRateLimiter();
                app.MapWebSoEvents().RequireRateLimiting("one");
            });

        using var first = await PostAsync(host.Url);
        using var second = await PostAsync(host.Url);

        first.StatusCode.Should().Be(HttpStatusCode.OK);
        second.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        _sink.Deliveries.Should().ContainSingle();
    }

    private Task<HttpResponseMessage> PostAsync(Uri url) =>
        _client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
}
