using FluentAssertions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events;

/// <summary>In Development, an endpoint without a guard starts, but logs a warning if other machines can call it.</summary>
public sealed class OpenEndpointTests
{
    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://0.0.0.0:0", "endpoint", 1)]
    [InlineData("http://[::]:0", "endpoint", 1)]
    [InlineData("http://*:0", "middleware", 1)]
    [InlineData("http://127.0.0.1:0", "endpoint", 0)]
    [InlineData("http://0.0.0.0:0", "header", 0)]
    [InlineData("http://0.0.0.0:0", "policy", 0)]
    [InlineData("http://0.0.0.0:0", "production", 0)]
    public async Task Start_InDevelopmentWithoutGuard_WarnsIfAllNetworksCanCall(string url, string setup, int lines)
    {
        var log = new TestLog();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = setup == "production" ? "Production" : "Development" });
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddAuthentication("none").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("none", _ => { });
        builder.Services.AddAuthorization().AddWebSoEvents(options =>
        {
            options.AllowAnonymousCalls = setup == "production";
            if (setup == "header")
                options.RequireHeader("X-Key", "secret");
        });
        await using var app = builder.Build();
        app.Urls.Add(url);
        if (setup == "middleware")
            app.UseWebSoEvents();
        foreach (var pattern in new[] { "/a", "/b" })
        {
            var route = app.MapWebSoEvents(pattern);
            if (setup == "policy")
                route.RequireAuthorization();
        }

        await app.StartAsync(Canceled);
        await app.StopAsync(Canceled);

        log.Messages("OpenToNetwork").Should().HaveCount(lines);
        log.Messages("OpenToNetwork").Where(line => !line.Contains("the default endpoint") || !line.Contains("http://")).Should().BeEmpty();
        log.VerifyNoUnexpectedErrors();
    }
}
