using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

/// <summary>An authorization policy on the endpoint. The server would take a login page behind a redirect for success.</summary>
public sealed class AuthorizationTests : AuthorizationTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Map_PolicyWithCookies_Answers401AndNeverRedirects(bool inAGroup)
    {
        await using var host = await StartAsync("Cookies", fallback: false, app =>
        {
            if (inAGroup)
                app.MapGroup("/webso").RequireAuthorization().MapWebSoEvents("/events");
            else
                app.MapWebSoEvents().RequireAuthorization();
            app.MapGet("/page", () => "for people").RequireAuthorization();
        });

        using var response = await PostAsync(host);
        using var page = await Client.GetAsync(new Uri(host.Url, "/page"), Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        page.StatusCode.Should().Be(HttpStatusCode.Redirect, "other endpoints do not change");
        Sink.Deliveries.Should().BeEmpty();
    }

    [Fact]
    public async Task Map_PolicyForbids_Answers403AndNeverRedirects()
    {
        await using var host = await StartAsync("Cookies", fallback: false, app =>
        {
            app.MapGet("/login", (HttpContext context) => context.SignInAsync(new(new System.Security.Claims.ClaimsIdentity("test"))));
            app.MapWebSoEvents().RequireAuthorization(policy => policy.RequireClaim("of", "the server"));
        });
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var login = await browser.GetAsync(new Uri(host.Url, "/login"), Canceled);

        using var response = await browser.PostAsync(host.Url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);

        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Start_PolicyWithAllowedCookieRedirect_Fails()
    {
        Log.ExpectAnyError();

        var start = () => StartAsync("Cookies", fallback: false, app => app.MapWebSoEvents().RequireAuthorization().AllowCookieRedirect());

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*scheme 'Cookies'*redirect*");
    }

    [Theory]
    [InlineData("OAuth", false)]
    [InlineData("OAuth", true)]
    [InlineData("OpenIdConnect", false)]
    [InlineData("OpenIdConnect", true)]
    public async Task Start_PolicyWithRemoteLogin_Fails(string scheme, bool named)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(scheme, fallback: false, app => app.MapWebSoEvents().RequireAuthorization(
            named ? new AuthorizationPolicyBuilder("none", scheme).RequireAuthenticatedUser().Build() : new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage($"*scheme '{scheme}'*redirect*to a login page*AllowAnonymous()*");
    }

    [Theory]
    [InlineData("OAuth")]
    [InlineData("OpenIdConnect")]
    public async Task Map_PolicyWithOtherSchemeThanRemoteLogin_Answers401(string scheme)
    {
        await using var host = await StartAsync(scheme, fallback: false, app => app.MapWebSoEvents().RequireAuthorization(
            new AuthorizationPolicyBuilder("none").RequireAuthenticatedUser().Build()));

        using var response = await PostAsync(host);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    // Status code pages run before authorization and can change its response, which has not started.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Map_PolicyWithStatusCodePages_Answers401AndNeverRedirects(bool redirects)
    {
        await using var host = await StartAsync("Cookies", fallback: false, app =>
        {
            _ = redirects ? app.UseStatusCodePagesWithRedirects("/error/{0}") : app.UseStatusCodePagesWithReExecute("/error/{0}");
            app.UseAuthentication().UseAuthorization();
            app.MapGet("/error/{status}", () => "sorry");
            app.MapPost("/error/{status}", () => "sorry");
            app.MapWebSoEvents().RequireAuthorization();
        });

        using var response = await PostAsync(host);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync(Canceled)).Should().BeEmpty();
    }

    // Kestrel reads the rest of a refused body up to its limit. This Kestrel has no limit.
    [Theory]
    [InlineData("Content-Length: 6000000000\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "40000000\r\n")]
    public async Task Map_PolicyRefusesEndlessBody_StopsReading(string header, string begin)
    {
        const int FewBytes = 8 * 1024 * 1024;
        await using var host = await StartAsync(
            "Cookies",
            fallback: false,
            app => app.MapWebSoEvents().RequireAuthorization(),
            services: services => services.Configure<KestrelServerOptions>(options => options.Limits.MaxRequestBodySize = null));
        await using var connection = await RawConnection.OpenAsync(host.Url);

        await connection.SendAsync(RawConnection.Head(host.Url, header) + begin + new string(' ', 2000));
        (await connection.ReadHeadAsync(Canceled)).Should().StartWith("HTTP/1.1 401");

        (await connection.SendUntilRefusedAsync(2 * FewBytes, TimeSpan.FromSeconds(30), Canceled)).Should().BeLessThan(FewBytes);
    }

    [Theory]
    [InlineData("OpenIdConnect", true)]
    [InlineData("none", false)]
    public async Task Start_CookiesForwardChallenge_FailsIfTargetRedirects(string target, bool isRefused)
    {
        if (isRefused)
            Log.ExpectAnyError();
        var start = async () =>
        {
            await using var host = await StartAsync(
                "Cookies",
                fallback: false,
                app => app.MapWebSoEvents().RequireAuthorization(),
                services: services => services.Configure<CookieAuthenticationOptions>("Cookies", options => options.ForwardChallenge = target));
        };

        if (isRefused)
            (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage($"*'{target}'*redirect*to a login page*");
        else
            await start.Should().NotThrowAsync();
    }

    [Theory]
    [InlineData("endpoint", true)]
    [InlineData("group", true)]
    [InlineData("anonymous", false)]
    [InlineData("anonymous group", false)]
    [InlineData("none", false)]
    [InlineData("middleware", false)]
    [InlineData("policy as metadata", false)]
    [InlineData("requirement as metadata", false)]
    public async Task Start_PolicyAsOnlyGuardInProduction_CountsOnlyOnEndpoint(string place, bool starts)
    {
        Log.ExpectAnyError();

        var start = async () =>
        {
            await using var host = await StartAsync("none", fallback: false, app => Map(app, place), "Production", header: false);
            using var response = await PostAsync(host);
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        };

        if (starts)
            await start.Should().NotThrowAsync();
        else
            (await start.Should().ThrowAsync<Exception>()).Which.ToString().Should().Contain("No guard");
    }

    private static void Map(WebApplication app, string place)
    {
        if (place == "middleware")
            app.UseWebSoEvents();
        else if (place == "group")
            app.MapGroup("").MapGroup("/webso").RequireAuthorization().MapWebSoEvents("/events");
        else if (place == "anonymous group")
            app.MapGroup("/webso").RequireAuthorization().AllowAnonymous().MapWebSoEvents("/events");
        else if (place == "endpoint")
            app.MapWebSoEvents().RequireAuthorization();
        else if (place == "policy as metadata")
            app.MapWebSoEvents().WithMetadata(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        else if (place == "requirement as metadata")
            app.MapWebSoEvents().WithMetadata(new NobodyAttribute());
        else if (place == "anonymous")
            app.MapWebSoEvents().RequireAuthorization().AllowAnonymous();
        else
            app.MapWebSoEvents();
    }

    // Without these services, ASP.NET Core would answer each call with 500 or ignore the policy.
    [Theory]
    [InlineData("endpoint")]
    [InlineData("policy as metadata")]
    public async Task Start_PolicyWithoutAuthorizationServices_Fails(string place)
    {
        Log.ExpectAnyError();

        var start = () => KestrelHost.StartAsync(
            Log,
            services => services.AddWebSoEvents(options => options.RequireHeader("X-Key", "secret of 16 chars")).Services.AddKeyedSingleton<IEventSink>("", Sink),
            app => Map(app, place),
            environment: "Production");

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*authorization policy*AddAuthorization()*");
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class NobodyAttribute : Attribute, IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new DenyAnonymousAuthorizationRequirement()];
    }
}
