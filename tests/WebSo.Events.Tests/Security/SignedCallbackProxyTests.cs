using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace WebSo.Events;

// Calls through a real proxy that removes /hooks from the path, and direct calls to Kestrel with route values.
public sealed class SignedCallbackProxyTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly List<WebApplication> _apps = [];
    private readonly List<WebSoEventContext> _handled = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var app in _apps)
            await app.DisposeAsync();
    }

    [Theory]
    [InlineData("alice", "bob")]
    [InlineData("a%20b%3Bc", "a%20b")]
    [InlineData("%C3%BC", "u")]
    [InlineData("Alice", "alice")]
    public async Task Post_RouteValue_IsSigned(string tenant, string other)
    {
        var receiver = await StartReceiverAsync(prefix: "");
        var url = UrlsOf(receiver).Create(new Uri($"{receiver.Urls.Single()}/webso/{tenant}/events?x=1"), "order-4711").OriginalString;

        (await PostAsync(url)).Should().Be(HttpStatusCode.OK);
        (await PostAsync(url.Replace($"/{tenant}/", $"/{other}/", StringComparison.Ordinal))).Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync(url.Replace("x=1", "x=2", StringComparison.Ordinal))).Should().Be(HttpStatusCode.Unauthorized);
        (await PostAsync(url.Replace("/events?", "/events/?", StringComparison.Ordinal))).Should().Be(HttpStatusCode.Unauthorized);
        _handled.Should().ContainSingle().Which.RouteValues["tenant"].Should().Be(Uri.UnescapeDataString(tenant));
    }

    [Theory]
    [InlineData("/hooks/webso/alice/events?a=%2F%7e&b=x+y")]
    [InlineData("/hooks/webso/a%20b%C3%BC%25;c/events")]
    public async Task Post_ProxyRemovesPrefix_VerifiesPublicUrl(string pathAndQuery)
    {
        var receiver = await StartReceiverAsync(prefix: "/hooks");
        var proxy = await StartProxyAsync(receiver, forwardsPrefix: false);
        var url = UrlsOf(receiver).Create(new Uri(proxy.Urls.Single() + pathAndQuery), "order-4711").OriginalString;

        (await PostAsync(url)).Should().Be(HttpStatusCode.OK);
        (await PostAsync(url.Replace("/webso/a", "/webso/b", StringComparison.Ordinal))).Should().Be(HttpStatusCode.Unauthorized);
        _handled.Should().ContainSingle().Which.CorrelationId.Should().Be("order-4711");
    }

    [Fact]
    public async Task Post_ProxyRemovesPrefixWithoutOption_IsRefused()
    {
        var receiver = await StartReceiverAsync(prefix: "");
        var proxy = await StartProxyAsync(receiver, forwardsPrefix: false);

        (await PostAsync(UrlsOf(receiver).Create(new Uri(proxy.Urls.Single() + "/hooks/webso/alice/events"), "1").OriginalString))
            .Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Post_ProxyForwardsPrefix_NeedsNoOption()
    {
        var receiver = await StartReceiverAsync(prefix: "", usesForwardedPrefix: true);
        var proxy = await StartProxyAsync(receiver, forwardsPrefix: true);

        (await PostAsync(UrlsOf(receiver).Create(new Uri(proxy.Urls.Single() + "/hooks/webso/alice/events"), "1").OriginalString))
            .Should().Be(HttpStatusCode.OK);
    }

    private static WebSoCallbackUrls UrlsOf(WebApplication receiver) => receiver.Services.GetRequiredService<WebSoCallbackUrls>();

    private async Task<HttpStatusCode> PostAsync(string url)
    {
        using var response = await _http.PostAsync(new Uri(url), new StringContent(Payloads.StatusChange), Token);
        return response.StatusCode;
    }

    private async Task<WebApplication> StartReceiverAsync(string prefix, bool usesForwardedPrefix = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWebSoEvents(options =>
        {
            options.CallbackKeys[TestKeys.Id] = TestKeys.Secret;
            options.RequireSignedCallbackUrl = true;
            options.CallbackPathPrefix = prefix;
        }).AddHandler<WebSoEvent>("test", (_, context, _) =>
        {
            _handled.Add(context);
            return default;
        });
        var app = builder.Build();
        if (usesForwardedPrefix)
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedPrefix });
        app.MapWebSoEvents("/webso/{tenant}/events");
        return await StartAsync(app);
    }

    private Task<WebApplication> StartProxyAsync(WebApplication receiver, bool forwardsPrefix)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var forwarding = new Dictionary<string, string> { ["X-Forwarded"] = forwardsPrefix ? "Set" : "Off" };
        var removing = new Dictionary<string, string> { ["PathRemovePrefix"] = "/hooks" };
        var adding = new Dictionary<string, string> { ["RequestHeader"] = "X-Forwarded-Prefix", ["Set"] = forwardsPrefix ? "/hooks" : "" };
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "r", ClusterId = "c", Match = new() { Path = "/hooks/{**rest}" }, Transforms = [forwarding, removing, adding] }],
            [new ClusterConfig { ClusterId = "c", Destinations = new Dictionary<string, DestinationConfig> { ["d"] = new() { Address = receiver.Urls.Single() } } }]);
        var app = builder.Build();
        app.MapReverseProxy();
        return StartAsync(app);
    }

    private async Task<WebApplication> StartAsync(WebApplication app)
    {
        _apps.Add(app);
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync(Token);
        return app;
    }
}
