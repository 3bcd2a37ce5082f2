using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>Behavior that depends on the HTTP version or the web server.</summary>
public sealed class ProtocolTests : MiddlewareTest
{
    [Fact]
    public async Task Post_RefusedExpectContinue_GetsNoContinue()
    {
        var url = await StartAsync(_ => { }, options: options => options.RequireHeader("X-Key", "secret"));
        await using var refused = await RawConnection.OpenAsync(url);
        await using var accepted = await RawConnection.OpenAsync(url);
        var expect = $"Expect: 100-continue\r\nContent-Length: {Payloads.StatusChange.Length}\r\n";

        await refused.SendAsync(RawConnection.Head(url, expect));
        await accepted.SendAsync(RawConnection.Head(url, expect + "X-Key: secret\r\n"));

        var head = await refused.ReadHeadAsync(Canceled);
        head.Should().StartWith("HTTP/1.1 401").And.Contain("Connection: close", "the client does not need to send the refused body");
        (await accepted.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 100");
        await accepted.SendAsync(Payloads.StatusChange);
        (await accepted.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 200").And.NotContain("Connection: close");
    }

    [Fact]
    public async Task Post_RefusedCompleteBody_KeepsConnectionIfRead()
    {
        var url = await StartAsync(_ => { }, options: options => options.RequireHeader("X-Key", "secret"));
        await using var connection = await RawConnection.OpenAsync(url);

        await connection.SendAsync($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n");
        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 405").And.NotContain("Connection: close");
        await connection.SendAsync(RawConnection.Head(url, "X-Key: secret\r\nContent-Length: 0\r\n"));
        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 400").And.NotContain("Connection: close");
        await connection.SendAsync(RawConnection.Head(url, "Content-Length: 2\r\n") + "{}");
        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 401").And.Contain("Connection: close");
    }

    [Theory]
    [InlineData("Content-Length: 67\r\n", "HTTP/1.1 200")]
    [InlineData("", "HTTP/1.1 400")]
    public async Task Post_Http10Body_NeedsLength(string header, string answer)
    {
        var url = await StartAsync(_ => { });
        await using var connection = await RawConnection.OpenAsync(url);

        await connection.SendAsync($"POST {url.PathAndQuery} HTTP/1.0\r\n{header}\r\n" + (header.Length == 0 ? "" : Payloads.StatusChange));

        (await connection.ReadHeadAsync(Canceled)).Should().StartWith(answer);
        (await connection.ReadToEndAsync(Canceled)).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_Http2_IsAnsweredLikeHttp11()
    {
        var url = await StartAsync(
            _ => { },
            services => services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2)),
            options =>
            {
                options.RequireHeader("X-Key", "secret");
                options.MaxBodySize = 1000;
            });
        Client.DefaultRequestVersion = HttpVersion.Version20;
        Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        (await StatusAsync("", Payloads.StatusChange)).Should().Be(401);
        (await StatusAsync("secret", Payloads.StatusChange)).Should().Be(200);
        (await StatusAsync("secret", "")).Should().Be(400);
        (await StatusAsync("secret", new string(' ', 1001))).Should().Be(413);
        Sink.Deliveries.Should().ContainSingle();
        Log.Entries.Should().NotContain(entry => entry.EventName == "InvalidResponseHeaderRemoved", "HTTP/2 has no Connection header");

        async Task<int> StatusAsync(string key, string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.Add("X-Key", key);
            using var response = await Client.SendAsync(request, Canceled);
            await ShouldBeAsync(response, response.StatusCode);
            return (int)response.StatusCode;
        }
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n", "{\"eve", true, "BodyTorn", "the client")]
    [InlineData("Content-Length: 100\r\n", "{\"eve", false, "BodyTorn", "the client")]
    [InlineData("Transfer-Encoding: chunked\r\n", "zz\r\n", false, "BodyMalformed", "chunks")]
    public async Task Post_BrokenBody_LogsCause(string header, string piece, bool reset, string line, string cause)
    {
        var url = await StartAsync(_ => { });
        await using var connection = await RawConnection.OpenAsync(url);

        // The call must have reached the endpoint before the connection is reset.
        await connection.SendAsync(RawConnection.Head(url, header + "Expect: 100-continue\r\n"));
        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 100");
        await connection.SendAsync(piece);

        if (reset)
            connection.Reset();
        else
            connection.EndSending();

        await Log.WaitForAsync(line, Canceled);
        Log.Messages(line).Should().ContainSingle().Which.Should().Contain(cause).And.NotContain("zz\r\n").And.NotContain("eve\"");
    }

    [Fact]
    public async Task Post_SlowBody_LogsMinimumDataRate()
    {
        var url = await StartAsync(_ => { }, services => services.Configure<KestrelServerOptions>(kestrel =>
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1_000_000, TimeSpan.FromSeconds(1.1))));
        await using var connection = await RawConnection.OpenAsync(url);

        await connection.SendAsync(RawConnection.Head(url, "Content-Length: 100\r\n") + "{");

        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 408");
        Log.Messages("BodyTimeout").Should().ContainSingle().Which.Should().Contain("minimum data rate");
    }

    [Fact]
    public async Task Post_TestServer_IsAnsweredLikeKestrel()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddWebSoEvents(options => (options.MaxBodySize, options.AllowAnonymousCalls) = (1000, true)).Services.AddKeyedSingleton<IEventSink>("", Sink);
        await using var app = builder.Build();
        app.MapWebSoEvents();
        await app.StartAsync(Canceled);
        using var client = app.GetTestClient();

        (await StatusAsync(Payloads.StatusChange)).Should().Be(200);
        (await StatusAsync("")).Should().Be(400);
        (await StatusAsync(new string(' ', 1001))).Should().Be(413);
        (await StatusAsync(Payloads.UserFinish)).Should().Be(200);
        using var get = await client.GetAsync(new Uri("/webso/events", UriKind.Relative), Canceled);
        get.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        Sink.Deliveries.Select(delivery => delivery.Event).Should().Equal(Payloads.Events[0], Payloads.Events[1]);

        async Task<int> StatusAsync(string body)
        {
            using var response = await client.PostAsync(new Uri("/webso/events", UriKind.Relative), new ByteArrayContent(Encoding.UTF8.GetBytes(body)), Canceled);
            await ShouldBeAsync(response, response.StatusCode);
            return (int)response.StatusCode;
        }
    }
}
