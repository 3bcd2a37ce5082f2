using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

/// <summary>MapWebSoEvents and UseWebSoEvents in an application with a fallback policy.</summary>
public sealed class FallbackPolicyTests : AuthorizationTest
{
    public static TheoryData<string> Schemes => new("Cookies", "OAuth", "OpenIdConnect", "none");

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Start_MapWithFallbackPolicy_FailsAndNamesBothFixes(string scheme)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(scheme, fallback: true, app => app.MapWebSoEvents());

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*FallbackPolicy*.RequireAuthorization(\"policy\")*.AllowAnonymous()*");
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Map_FallbackPolicyAndAllowAnonymous_GuardsDecide(string scheme)
    {
        await using var host = await StartAsync(scheme, fallback: true, app => app.MapWebSoEvents().AllowAnonymous());

        using var stranger = await PostAsync(host);
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        using var server = await PostAsync(host);

        (stranger.StatusCode, server.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.OK));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Start_UseAfterUseAuthorizationWithFallbackPolicy_Fails(string scheme)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(scheme, fallback: true, app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.UseWebSoEvents();
        });

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*FallbackPolicy*before app.UseAuthorization()*AllowAnonymous()*");
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Start_UseWithImplicitUseAuthorization_Fails(string scheme)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(scheme, fallback: true, app => app.UseWebSoEvents());

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*FallbackPolicy*before app.UseAuthorization()*");
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Use_BeforeUseAuthorizationWithFallbackPolicy_ReceivesCalls(string scheme)
    {
        await using var host = await StartAsync(scheme, fallback: true, app =>
        {
            app.UseWebSoEvents();
            app.UseAuthentication();
            app.UseAuthorization();
        });

        using var stranger = await PostAsync(host);
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        using var server = await PostAsync(host);

        (stranger.StatusCode, server.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.OK));
    }

    // Routing selects that endpoint first, so its policy would answer the calls.
    [Theory]
    [InlineData("/{**rest}", true)]
    [InlineData("/webso/{id}", true)]
    [InlineData("/other/{**rest}", false)]
    public async Task Start_UseAtPathOfProtectedEndpoint_Fails(string pattern, bool stops)
    {
        var start = () => StartAsync("Cookies", fallback: false, app =>
        {
            app.UseWebSoEvents();
            app.Map(pattern, () => "the rest").RequireAuthorization();
        });

        if (stops)
        {
            Log.ExpectAnyError();
            (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*also matches calls at /webso/events.*before app.UseAuthorization()*MapWebSoEvents()*");
            return;
        }

        await using var host = await start();
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        using var response = await PostAsync(host);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Use_AfterUseAuthorizationWithoutFallbackPolicy_ReceivesCalls()
    {
        await using var host = await StartAsync("Cookies", fallback: false, app =>
        {
            app.UseAuthorization();
            app.UseWebSoEvents();
        });
        Client.DefaultRequestHeaders.Add("X-Key", "secret");

        using var response = await PostAsync(host);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
