using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>Redirects are followed like by HttpURLConnection of Java 17. Each case was verified with it.</summary>
public sealed class RedirectTests : IAsyncLifetime
{
    private readonly List<string> _calls = [];
    private readonly WebApplication _app;
    private int _status = 302;
    private string? _location = "/login?next=secret";

    public RedirectTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Url => _app.Urls.First() + "/events/a";

    public async ValueTask InitializeAsync() => await _app.StartAsync(Token);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task Redirect_Post_IsFollowedByGetWithoutBodyAndCredentials(int status)
    {
        _status = status;

        var attempt = await SendAsync();

        _calls.Should().Equal("POST /events/a 2 Basic Zm9v", "GET /login?next=secret 0 ");
        (attempt.StatusCode, attempt.IsSuccess, attempt.IsLostByRedirect).Should().Be((200, true, true));
        attempt.RedirectedTo!.AbsolutePath.Should().Be("/login");
        attempt.ToString().Should().EndWith("/login?***").And.NotContain("secret");
    }

    [Fact]
    public async Task Redirect_Status307_IsFollowedBySamePost()
    {
        _status = 307;

        var attempt = await SendAsync();

        _calls.Should().Equal("POST /events/a 2 Basic Zm9v", "POST /login?next=secret 2 Basic Zm9v");
        (attempt.StatusCode, attempt.IsLostByRedirect).Should().Be((200, false));
        attempt.RedirectedTo!.AbsolutePath.Should().Be("/login");
    }

    [Theory]
    [InlineData(304, "/login")]
    [InlineData(305, "/login")]
    [InlineData(306, "/login")]
    [InlineData(308, "/login")]
    [InlineData(302, null)]
    [InlineData(302, "https://127.0.0.1:1/login")]
    [InlineData(302, "ftp://127.0.0.1/login")]
    [InlineData(302, "http://a b:x/login")]
    public async Task Redirect_NotFollowedByJava_IsResult(int status, string? location)
    {
        (_status, _location) = (status, location);

        var attempt = await SendAsync();

        _calls.Should().ContainSingle();
        (attempt.StatusCode, attempt.IsSuccess, attempt.IsLostByRedirect, attempt.RedirectedTo).Should().Be((status, false, false, null));
    }

    [Theory]
    [InlineData("login", "/events/login")]
    [InlineData("//AUTHORITY/login", "/login")]
    [InlineData("HTTP://AUTHORITY/login#part", "/login")]
    public async Task Redirect_RelativeOrAbsolute_IsResolved(string location, string path)
    {
        _location = location.Replace("AUTHORITY", new Uri(Url).Authority, StringComparison.Ordinal);

        var attempt = await SendAsync();

        attempt.RedirectedTo!.AbsolutePath.Should().Be(path);
        _calls[1].Should().Be($"GET {path} 0 ");
    }

    [Fact]
    public async Task Redirect_Loop_EndsAfter20CallsWithoutResponse()
    {
        _location = "/loop";

        var attempt = await SendAsync();

        _calls.Should().HaveCount(20);
        (attempt.StatusCode, attempt.IsSuccess).Should().Be((null, false));
        attempt.Error.Should().Be("The receiver redirected 20 times.");
    }

    [Fact]
    public async Task Redirect_FollowRedirectsIsFalse_IsResult()
    {
        var attempt = await SendAsync(new() { FollowRedirects = false });

        (attempt.StatusCode, attempt.RedirectedTo).Should().Be((302, null));
        _calls.Should().ContainSingle();
    }

    [Fact]
    public async Task Redirect_WithHandler_IsFollowed()
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };

        var attempt = await SendAsync(new() { Handler = handler });

        _calls.Should().Equal("POST /events/a 2 Basic Zm9v", "GET /login?next=secret 0 ");
        attempt.IsLostByRedirect.Should().BeTrue();
    }

    private async Task<WebSoDeliveryAttempt> SendAsync(WebSoEmulatorOptions? options = null)
    {
        using var sender = new WebSoEventSender(
            WebSoServerConfiguration.Parse($"webso_events_url={Url}\nwebso_events_retries=0\nwebso_events_retry=0\nwebso_events_keys=Authorization\nwebso_events_values=Basic Zm9v"),
            options);
        return (await sender.SendAsync("{}"u8.ToArray(), cancellationToken: Token)).Attempts.Should().ContainSingle().Which;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (_calls)
            _calls.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body.Length} {context.Request.Headers.Authorization}");
        if (context.Request.Path.Value!.EndsWith("/login", StringComparison.Ordinal))
            return;

        context.Response.StatusCode = _status;
        if (_location is not null)
            context.Response.Headers.Location = _location;
    }
}
