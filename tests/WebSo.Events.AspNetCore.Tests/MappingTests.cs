using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>Mapping mistakes are found before the web server listens.</summary>
public sealed class MappingTests : IAsyncDisposable
{
    private readonly TestLog _log = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _log.VerifyNoUnexpectedErrors();
        return ValueTask.CompletedTask;
    }

    public static TheoryData<string, bool> Mappings => new()
    {
        { "same pattern", false },
        { "same pattern of two names", false },
        { "other case", false },
        { "other parameter name", false },
        { "other constraint", true },
        { "group and full pattern", false },
        { "two hosts", true },
        { "one host twice", false },
        { "two patterns of one name", true },
        { "middleware twice", false },
        { "middleware and endpoint", false },
        { "middleware in two branches", true },
        { "middleware twice in a branch", false },
    };

    [Theory]
    [MemberData(nameof(Mappings))]
    public async Task Start_SamePathMappedTwice_Fails(string mapping, bool starts)
    {
        _log.ExpectAnyError();

        var start = async () =>
        {
            await using var host = await StartAsync(app => Map(app, mapping));
        };

        if (starts)
            await start.Should().NotThrowAsync();
        else
            (await start.Should().ThrowAsync<Exception>()).Which.ToString().Should().Contain("is mapped twice");
    }

    [Fact]
    public async Task Start_EndpointNotMapped_Warns()
    {
        await using var host = await StartAsync(app => app.MapWebSoEvents("/webso/a", "a"));

        _log.Messages("NotMapped").Should().HaveCount(2).And.OnlyContain(line => line.Contains("the default endpoint") || line.Contains("'b'"));
    }

    [Fact]
    public async Task Map_AfterStartWithoutGuard_RefusesCallsAndLogsOnce()
    {
        _log.ExpectError("SetupRefused");
        WebApplication? running = null;
        await using var host = await StartAsync(
            app =>
            {
                running = app;
                app.MapWebSoEvents("/webso/guarded", "b");
            },
            "Production");
        running!.MapWebSoEvents("/late", "a");

        var answers = new List<HttpStatusCode>();
        for (var call = 0; call < 3; call++)
            answers.Add(await PostAsync(new Uri(host.Url, "/late")));

        answers.Should().OnlyContain(status => status == HttpStatusCode.ServiceUnavailable);
        _log.Messages("SetupRefused").Should().ContainSingle().Which.Should().Contain("No guard");
    }

    [Theory]
    [InlineData("endpoint")]
    [InlineData("middleware")]
    public async Task Start_StartupClassInProductionWithoutGuard_FailsBeforeListening(string form)
    {
        _log.ExpectAnyError();
        using var host = ClassicHost(form, _ => { });

        var start = () => host.StartAsync(Canceled);

        (await start.Should().ThrowAsync<Exception>()).Which.ToString().Should().Contain("No guard");
        _log.Entries.Should().NotContain(entry => entry.Message.Contains("Now listening", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("endpoint")]
    [InlineData("middleware")]
    public async Task Start_StartupClassWithGuard_ReceivesCallsWithoutWarning(string form)
    {
        using var host = ClassicHost(form, options => options.AllowedNetworks.Add("127.0.0.1"));
        await host.StartAsync(Canceled);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        (await PostAsync(new Uri(address + "/webso/events"))).Should().Be(HttpStatusCode.OK);

        await host.StopAsync(Canceled);
        _log.Entries.Should().NotContain(entry => entry.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("https", 0)]
    public async Task Post_SecretThroughProxy_WarnsUnlessForwardedAsHttps(string scheme, int warnings)
    {
        await using var host = await StartAsync(app =>
        {
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
            app.MapWebSoEvents("/webso/events", "b");
        });
        _client.DefaultRequestHeaders.Add("X-Key", "a-secret-of-16-characters");
        _client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        if (scheme.Length > 0)
            _client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);

        (await PostAsync(host.Url)).Should().Be(HttpStatusCode.OK);
        (await PostAsync(host.Url)).Should().Be(HttpStatusCode.OK);

        _log.Messages("PlainHttp").Where(line => line.Contains("UseForwardedHeaders") && line.Contains("203.0.113.9")).Should().HaveCount(warnings);
    }

    private static void Map(WebApplication app, string mapping)
    {
        switch (mapping)
        {
            case "same pattern":
                app.MapWebSoEvents();
                app.MapWebSoEvents();
                break;
            case "same pattern of two names":
                app.MapWebSoEvents();
                app.MapWebSoEvents(name: "a");
                break;
            case "other case":
                app.MapWebSoEvents("/webso/events");
                app.MapWebSoEvents("/WebSo/Events/", "a");
                break;
            case "other parameter name":
                app.MapWebSoEvents("/webso/{one}");
                app.MapWebSoEvents("/webso/{two}", "a");
                break;
            case "other constraint":
                app.MapWebSoEvents("/webso/{one:int}");
                app.MapWebSoEvents("/webso/{two:guid}", "a");
                break;
            case "group and full pattern":
                app.MapGroup("/webso").MapGroup("/{tenant}").MapWebSoEvents("/events");
                app.MapWebSoEvents("/webso/{id}/events", "a");
                break;
            case "two hosts":
                app.MapWebSoEvents().RequireHost("a.example");
                app.MapWebSoEvents(name: "a").RequireHost("b.example");
                break;
            case "one host twice":
                app.MapWebSoEvents().RequireHost("a.example", "b.example");
                app.MapWebSoEvents(name: "a").RequireHost("B.example");
                break;
            case "two patterns of one name":
                app.MapWebSoEvents("/one");
                app.MapWebSoEvents("/two");
                break;
            case "middleware twice":
                app.UseWebSoEvents();
                app.UseWebSoEvents("/webso/events/", "a");
                break;
            case "middleware and endpoint":
                app.UseWebSoEvents();
                app.MapWebSoEvents(name: "a");
                break;
            case "middleware in two branches":
                app.Map("/a", branch => branch.UseWebSoEvents());
                app.Map("/b", branch => branch.UseWebSoEvents(name: "a"));
                app.UseWebSoEvents();
                break;
            default:
                app.Map("/a", branch =>
                {
                    branch.UseWebSoEvents();
                    branch.UseWebSoEvents(name: "a");
                });
                break;
        }
    }

    private Task<KestrelHost> StartAsync(Action<WebApplication> configure, string environment = "Development") => KestrelHost.StartAsync(
        _log,
        services =>
        {
            foreach (var name in new[] { "", "a" })
                services.AddWebSoEvents(name).AddHandler<WebSoEvent>("all", (_, _, _) => default);
            services.AddWebSoEvents("b", options => options.RequireHeader("X-Key", "a-secret-of-16-characters")).AddHandler<WebSoEvent>("all", (_, _, _) => default);
        },
        configure,
        environment: environment);

    // A Startup class maps routes while the web server starts.
    private IHost ClassicHost(string form, Action<WebSoEventsOptions> configure) => new HostBuilder()
        .UseEnvironment("Production")
        .ConfigureLogging(logging => logging.AddProvider(_log))
        .ConfigureWebHost(web => web
            .UseKestrel()
            .UseUrls("http://127.0.0.1:0")
            .ConfigureServices(services => services.AddRouting().AddWebSoEvents(configure).AddHandler<WebSoEvent>("all", (_, _, _) => default))
            .Configure(app =>
            {
                if (form == "middleware")
                    app.UseWebSoEvents();
                app.UseRouting();
                app.UseEndpoints(endpoints =>
                {
                    if (form == "endpoint")
                        endpoints.MapWebSoEvents();
                });
            }))
        .Build();

    private async Task<HttpStatusCode> PostAsync(Uri url)
    {
        using var response = await _client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
        return response.StatusCode;
    }
}
