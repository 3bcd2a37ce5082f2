using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

/// <summary>Behavior that is specific to ASP.NET Core: routes and other middleware.</summary>
public sealed class EndpointTests : IAsyncDisposable
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
    public async Task Map_WithoutAddWebSoEvents_NamesLineToAdd()
    {
        var start = () => KestrelHost.StartAsync(_log, _ => { }, app => app.MapWebSoEvents());

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*builder.Services.AddWebSoEvents();*");
    }

    [Fact]
    public async Task Use_WithoutAddWebSoEvents_NamesLineToAdd()
    {
        var start = () => KestrelHost.StartAsync(_log, _ => { }, app => app.UseWebSoEvents());

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*builder.Services.AddWebSoEvents();*");
    }

    [Fact]
    public async Task Map_UnknownName_NamesLineToAdd()
    {
        var start = () => KestrelHost.StartAsync(_log, services => services.AddWebSoEvents(), app => app.MapWebSoEvents(name: "production"));

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*services.AddWebSoEvents(\"production\")*");
    }

    [Fact]
    public async Task Start_InvalidOption_NamesOption()
    {
        var start = () => KestrelHost.StartAsync(_log, services => services.AddWebSoEvents(options => options.MaxBodySize = 1), app => app.MapWebSoEvents());

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*MaxBodySize is 1*");
    }

    [Fact]
    public async Task Post_RouteValuesPathBaseAndQuery_AreInContext()
    {
        await using var host = await StartAsync(
            app =>
            {
                app.UsePathBase("/base");
                app.UseRouting();
                app.MapWebSoEvents("/webso/{tenant}/{order:int}");
            },
            path: "/base/webso/acme/4711?x=1");

        using var response = await PostAsync(host.Url);

        var context = _sink.Deliveries.Should().ContainSingle().Subject.Context;
        context.RequestPath.Should().Be("/base/webso/acme/4711");
        context.QueryString.Should().Be("?x=1");
        context.RouteValues.Should().BeEquivalentTo(new Dictionary<string, string> { ["tenant"] = "acme", ["order"] = "4711" });
    }

    [Fact]
    public async Task Map_TwoEndpoints_KeepsCallsApart()
    {
        var test = new List<string>();
        var production = new List<string>();
        await using var host = await KestrelHost.StartAsync(
            _log,
            services =>
            {
                services.AddWebSoEvents("test").AddHandler<WebSoEvent>("t", (e, context, _) => Hear(test, context));
                services.AddWebSoEvents("production", options => options.RequireHeader("key", "secret"))
                    .AddHandler<WebSoEvent>("p", (e, context, _) => Hear(production, context));
            },
            app =>
            {
                app.MapWebSoEvents("/webso/test", "test");
                app.MapWebSoEvents("/webso/production", "production");
            });

        using var toTest = await PostAsync(new Uri(host.Url, "/webso/test"));
        using var refused = await PostAsync(new Uri(host.Url, "/webso/production"));
        _client.DefaultRequestHeaders.Add("key", "secret");
        using var toProduction = await PostAsync(new Uri(host.Url, "/webso/production"));

        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        test.Should().Equal("test");
        production.Should().Equal("production");

        static ValueTask Hear(List<string> heard, WebSoEventContext context)
        {
            heard.Add(context.EndpointName);
            return default;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_FormWasRead_Returns500AndNamesCause(bool chunked)
    {
        _log.ExpectError("BodyConsumed");
        await using var host = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                _ = await context.Request.ReadFormAsync(Canceled);
                await next(context);
            });
            app.MapWebSoEvents();
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url)
        {
            Content = new StringContent(Payloads.StatusChange, Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers = { TransferEncodingChunked = chunked },
        };

        using var response = await _client.SendAsync(request, Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        _sink.Deliveries.Should().BeEmpty();
        _log.Messages("BodyConsumed").Should().ContainSingle().Which.Should().Contain("form");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_BodyWasRead_Returns500(bool chunked)
    {
        _log.ExpectError("BodyConsumed");
        await using var host = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null, Canceled);
                await next(context);
            });
            app.MapWebSoEvents();
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)),
            Headers = { TransferEncodingChunked = chunked },
        };

        using var response = await _client.SendAsync(request, Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        _sink.Deliveries.Should().BeEmpty();
    }

    [Fact]
    public async Task Post_BufferedBodyWasRead_IsReadAgain()
    {
        await using var host = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                context.Request.EnableBuffering();
                using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
                (await reader.ReadToEndAsync(Canceled)).Should().NotBeEmpty();
                await next(context);
            });
            app.MapWebSoEvents();
        });

        using var response = await PostAsync(host.Url);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        _sink.Deliveries.Should().ContainSingle().Which.Event.Should().Be(Payloads.Events[0]);
    }

    [Fact]
    public async Task Use_OtherPath_CallsNext()
    {
        await using var host = await StartAsync(app =>
        {
            app.UseWebSoEvents("/hook/");
            app.Run(context => context.Response.WriteAsync("other", Canceled));
        });

        using var exact = await PostAsync(new Uri(host.Url, "/hook"));
        using var slash = await PostAsync(new Uri(host.Url, "/hook/"));
        using var below = await PostAsync(new Uri(host.Url, "/hook/more"));
        using var beside = await PostAsync(new Uri(host.Url, "/hooks"));

        _sink.Deliveries.Should().HaveCount(2);
        (await below.Content.ReadAsStringAsync(Canceled)).Should().Be("other");
        (await beside.Content.ReadAsStringAsync(Canceled)).Should().Be("other");
    }

    private Task<KestrelHost> StartAsync(Action<WebApplication> configure, string path = "/webso/events") => KestrelHost.StartAsync(
        _log,
        services => services.AddWebSoEvents().Services.AddKeyedSingleton<IEventSink>("", _sink),
        configure,
        path);

    private Task<HttpResponseMessage> PostAsync(Uri url) =>
        _client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
}
