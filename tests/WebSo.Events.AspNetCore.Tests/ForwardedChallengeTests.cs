using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using FluentAssertions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

/// <summary>
/// Schemes that forward a challenge or redirect. The start fails if the redirect is known. If the application decides for each call, the call is
/// refused.
/// </summary>
public sealed class ForwardedChallengeTests : AuthorizationTest
{
    [Theory]
    [InlineData("OpenIdConnect", true, false)]
    [InlineData("OpenIdConnect", false, false)]
    [InlineData("OAuth", true, true)]
    [InlineData("OAuth", false, true)]
    public async Task Start_PolicySchemeForwardsToRemoteLogin_Fails(string target, bool byDefault, bool inTwoSteps)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync("smart", app => app.MapWebSoEvents().RequireAuthorization(), services => services.AddAuthentication()
            .AddPolicyScheme("smart", null, options => Forward(options, inTwoSteps ? "second" : target, byDefault))
            .AddPolicyScheme("second", null, options => Forward(options, target, byDefault)));

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage($"*scheme '{target}'*redirect*to a login page*AllowAnonymous()*");
    }

    [Theory]
    [InlineData("Cookies")]
    [InlineData("none")]
    [InlineData("itself")]
    public async Task Start_PolicySchemeForwardsTo401_Succeeds(string target)
    {
        await using var host = await StartAsync("smart", app => app.MapWebSoEvents().RequireAuthorization(), services => services.AddAuthentication()
            .AddPolicyScheme("smart", null, options => Forward(options, target == "itself" ? "back" : target, byDefault: true))
            .AddPolicyScheme("back", null, options => options.ForwardDefault = target == "itself" ? "none" : "smart"));

        using var response = await PostAsync(host);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        Log.Messages("RedirectPrevented").Should().BeEmpty();
    }

    // Two schemes that forward the challenge to each other must not block the start.
    [Fact]
    public async Task Start_PolicySchemesForwardInCircle_Succeeds()
    {
        var start = async () =>
        {
            await using var host = await StartAsync("smart", app => app.MapWebSoEvents().RequireAuthorization(), services => services.AddAuthentication()
                .AddPolicyScheme("smart", null, options => options.ForwardChallenge = "back")
                .AddPolicyScheme("back", null, options => options.ForwardChallenge = "smart"));
        };

        await start.Should().CompleteWithinAsync(TimeSpan.FromSeconds(30));
    }

    // The middleware runs between authorization and the endpoint, and redirects although the caller is authenticated.
    [Fact]
    public async Task Map_MiddlewareAfterAuthorizationRedirects_RefusesAndNamesMiddleware()
    {
        await using var host = await StartAsync("none", app =>
        {
            app.UseAuthorization();
            app.Use((HttpContext context, RequestDelegate _) =>
            {
                context.Response.Redirect("https://example.com/", permanent: false, preserveMethod: true);
                return Task.CompletedTask;
            });
            app.MapWebSoEvents().RequireAuthorization(new AuthorizationPolicyBuilder("none").RequireAssertion(_ => true).Build());
        }, _ => { });

        using var response = await PostAsync(host);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        Log.Messages("RedirectPrevented").Should().ContainSingle().Which.Should().Contain("307").And.Contain("a middleware between UseAuthorization and the endpoint");
    }

    // The page next to the endpoint shows what each scheme does if nothing prevents it.
    [Theory]
    [InlineData("OAuth", HttpStatusCode.Redirect)]
    [InlineData("OpenIdConnect", HttpStatusCode.Redirect)]
    [InlineData("OpenIdConnect by form", HttpStatusCode.OK)]
    [InlineData("Cookies with a redirect of their own", HttpStatusCode.Redirect)]
    [InlineData("a scheme of one's own", HttpStatusCode.TemporaryRedirect)]
    public async Task Map_ChallengeDecidedPerCall_Answers401AndWarnsOnce(string scheme, HttpStatusCode elsewhere)
    {
        await using var host = await StartAsync("smart", MapWithPage, services =>
        {
            AddRedirecting(services);
            services.Configure<OpenIdConnectOptions>("OpenIdConnect", options => options.AuthenticationMethod = scheme.EndsWith("form", StringComparison.Ordinal)
                ? OpenIdConnectRedirectBehavior.FormPost
                : OpenIdConnectRedirectBehavior.RedirectGet);
            services.AddAuthentication().AddPolicyScheme("smart", null, options => options.ForwardDefaultSelector = _ => scheme.Split(' ')[0]);
        });

        using var first = await PostAsync(host);
        using var second = await PostAsync(host);
        using var page = await Client.PostAsync(new Uri(host.Url, "/page"), null, Canceled);

        page.StatusCode.Should().Be(elsewhere, "other endpoints do not change");
        (first.StatusCode, second.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized));
        first.Headers.Location.Should().BeNull();
        Sink.Deliveries.Should().BeEmpty();
        Log.Messages("RedirectPrevented").Should().ContainSingle().Which.Should().Contain($"answered with {(int)elsewhere}").And.Contain("RequireAuthorization").And.NotContain("login.invalid");
    }

    // The policy names the scheme, and no other scheme forwards to it.
    [Theory]
    [InlineData("Cookies", true)]
    [InlineData("a", true)]
    [InlineData("a", false)]
    public async Task Map_PolicySchemeRedirects_Answers401(string scheme, bool inAGroup)
    {
        await using var host = await StartAsync("none", app =>
        {
            var policy = new AuthorizationPolicyBuilder(scheme).RequireAuthenticatedUser().Build();
            if (inAGroup)
                app.MapGroup("").MapGroup("/webso").RequireAuthorization(policy).MapWebSoEvents("/events");
            else
                app.MapWebSoEvents().RequireAuthorization(policy);
        }, AddRedirecting);

        using var response = await PostAsync(host);

        (response.StatusCode, response.Headers.Location).Should().Be((HttpStatusCode.Unauthorized, null));
    }

    [Fact]
    public async Task Map_PolicyForbidsWithRedirect_Answers403()
    {
        await using var host = await StartAsync("user", app => app.MapWebSoEvents().RequireAuthorization(policy => policy.RequireClaim("of", "the server")), AddRedirecting);

        using var response = await PostAsync(host);

        (response.StatusCode, response.Headers.Location).Should().Be((HttpStatusCode.Forbidden, null));
        Log.Messages("RedirectPrevented").Should().ContainSingle();
    }

    [Fact]
    public async Task Map_PolicyMet_ReceivesCall()
    {
        await using var host = await StartAsync("user", app => app.MapWebSoEvents().RequireAuthorization(), AddRedirecting);
        Client.DefaultRequestHeaders.Add("X-Key", "secret");

        using var response = await PostAsync(host);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        Sink.Deliveries.Should().ContainSingle();
        Log.Messages("RedirectPrevented").Should().BeEmpty();
    }

    private Task<KestrelHost> StartAsync(string scheme, Action<WebApplication> configure, Action<IServiceCollection> services) =>
        StartAsync(scheme, fallback: false, configure, services: all =>
        {
            services(all);
            all.Configure<AuthenticationOptions>(options => (options.DefaultScheme, options.DefaultSignInScheme) = (scheme, "Cookies"));
        });

    private static void Forward(PolicySchemeOptions options, string target, bool byDefault) =>
        _ = byDefault ? options.ForwardDefault = target : options.ForwardChallenge = target;

    private static void MapWithPage(WebApplication app)
    {
        app.MapWebSoEvents().RequireAuthorization();
        app.MapPost("/page", () => "for people").RequireAuthorization();
    }

    private static void AddRedirecting(IServiceCollection services)
    {
        services.Configure<CookieAuthenticationOptions>("Cookies", options => options.Events.OnRedirectToLogin = context =>
        {
            context.Response.Redirect("https://login.invalid/");
            return Task.CompletedTask;
        });
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, RedirectingHandler>("a", _ => { })
            .AddScheme<AuthenticationSchemeOptions, RedirectingHandler>("user", _ => { });
    }

    // Redirects like the package of a login server. The scheme "user" authenticates every caller.
    private sealed class RedirectingHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Scheme.Name == "user"
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity("test")), Scheme.Name))
            : AuthenticateResult.NoResult());

        protected override Task HandleChallengeAsync(AuthenticationProperties properties) => RedirectAsync();

        protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => RedirectAsync();

        private Task RedirectAsync()
        {
            Response.Redirect("https://login.invalid/", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        }
    }
}
