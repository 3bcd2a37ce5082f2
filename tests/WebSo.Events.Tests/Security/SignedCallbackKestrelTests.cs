using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

public sealed class KestrelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_SignedUrl_ReachesHandlerAndLogsNeitherTokenNorKey()
    {
        var log = new TestLog();
        var contexts = new List<WebSoEventContext>();
        await using var app = await StartAsync(log, contexts, options =>
        {
            options.CallbackKeys[TestKeys.Id] = TestKeys.Secret;
            options.RequireSignedCallbackUrl = true;
            options.RequireHeader("user", "hunter2");
        });
        var url = app.Services.GetRequiredService<WebSoCallbackUrls>().Create(UrlOf(app), "order-4711");
        var token = url.Query["?webso=".Length..];

        using var http = new HttpClient();
        var withoutHeader = await PostAsync(http, url);
        http.DefaultRequestHeaders.Add("user", "hunter2");
        var good = await PostAsync(http, url);
        var wrong = await PostAsync(http, new Uri(url.OriginalString + "x"));

        (withoutHeader.StatusCode, good.StatusCode, wrong.StatusCode)
            .Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized));
        wrong.Headers.WwwAuthenticate.ToString().Should().StartWith("CallbackUrl");
        contexts.Should().ContainSingle().Which.CorrelationId.Should().Be("order-4711");
        contexts[0].QueryString.Should().BeEmpty();
        log.Entries.Should().Contain(entry => entry.EventName == "CallbackUrlRefused");
        var texts = string.Join("\n", log.Entries.Select(entry => entry.Text));
        texts.Should().NotContain(token).And.NotContain(TestKeys.Secret).And.NotContain("hunter2").And.NotContain("23822");
    }

    [Fact]
    public async Task Post_QueryTooLongForKestrel_Returns414()
    {
        await using var app = await StartAsync(new TestLog(), [], options => options.MaxQueryLength = 512);
        using var http = new HttpClient();

        var ours = await PostAsync(http, new Uri(UrlOf(app), "?" + new string('a', 600)));
        var kestrels = await PostAsync(http, new Uri(UrlOf(app), "?" + new string('a', 9000)));

        (ours.StatusCode, kestrels.StatusCode).Should().Be((HttpStatusCode.RequestUriTooLong, HttpStatusCode.RequestUriTooLong));
    }

    [Theory]
    [InlineData(false, "10.1.2.3", HttpStatusCode.Forbidden)]
    [InlineData(true, "10.1.2.3", HttpStatusCode.OK)]
    [InlineData(true, "203.0.113.9", HttpStatusCode.Forbidden)]
    public async Task Post_ForwardedFor_AppliesOnlyWithMiddleware(bool useForwardedHeaders, string forwardedFor, HttpStatusCode expected)
    {
        await using var app = await StartAsync(
            new TestLog(), [], options => options.AllowedNetworks.Add("10.0.0.0/8"), useForwardedHeaders);
        using var http = new HttpClient { DefaultRequestHeaders = { { "X-Forwarded-For", forwardedFor } } };

        var answer = await PostAsync(http, UrlOf(app));

        answer.StatusCode.Should().Be(expected);
    }

    private static async Task<WebApplication> StartAsync(
        TestLog log,
        List<WebSoEventContext> contexts,
        Action<WebSoEventsOptions> configure,
        bool useForwardedHeaders = false)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });

        // The setup that docs/security.md recommends.
        builder.Configuration["Logging:LogLevel:Default"] = "Trace";
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning";
        builder.Logging.ClearProviders().AddProvider(log).AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Services.AddWebSoEvents(configure).AddHandler<WebSoEvent>("test", (_, context, _) =>
        {
            contexts.Add(context);
            return default;
        });
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        if (useForwardedHeaders)
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
        app.MapWebSoEvents();
        await app.StartAsync(Token);
        return app;
    }

    private static Uri UrlOf(WebApplication app) => new(app.Urls.Single() + "/webso/events");

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, Uri url) => http.PostAsync(url, new StringContent(Payloads.StatusChange), Token);
}
