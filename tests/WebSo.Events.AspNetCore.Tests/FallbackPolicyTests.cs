using System.Net;
using FluentAssertions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

/// <summary>A policy of the application for all that names none, with MapWebSoEvents and UseWebSoEvents.</summary>
public sealed class FallbackPolicyTests : AuthorizationTest
{
    public static TheoryData<string> Schemes => new("Cookies", "OAuth", "OpenIdConnect", "none");

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Map_FallbackPolicyOnly_StopsTheStartAndNamesBothFixes(string scheme)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(scheme, fallback: true, app => app.MapWebSoEvents());

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*FallbackPolicy*.RequireAuthorization(\"policy\")*.AllowAnonymous()*");
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Map_FallbackPolicyAndAllowAnonymous_OwnGuardsDecide(string scheme)
    {
        await using var host = await StartAsync(scheme, fallback: true, app => app.MapWebSoEvents().AllowAnonymous());

        using var stranger = await PostAsync(host);
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        using var server = await PostAsync(host);

        (stranger.StatusCode, server.StatusCode).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.OK));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Use_AfterUseAuthorizationWithAFallbackPolicy_StopsTheStart(string scheme)
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
    public async Task Use_WithTheAuthorizationThatWebApplicationAdds_StopsTheStart(string scheme)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(scheme, fallback: true, app => app.UseWebSoEvents());

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*FallbackPolicy*before app.UseAuthorization()*");
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Use_BeforeUseAuthorizationWithAFallbackPolicy_ReceivesCalls(string scheme)
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

    // Routing gives the calls to that endpoint first, and its policy answers them.
    [Theory]
    [InlineData("/{**rest}", true)]
    [InlineData("/webso/{id}", true)]
    [InlineData("/other/{**rest}", false)]
    public async Task Use_AnEndpointWithAPolicyMatchesToo_StopsTheStart(string pattern, bool stops)
    {
        var start = () => StartAsync("Cookies", fallback: false, app =>
        {
            app.UseWebSoEvents();
            app.Map(pattern, () => "the rest").RequireAuthorization();
        });

        if (stops)
        {
            Log.ExpectAnyError();
            (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*matches calls at /webso/events too*before app.UseAuthorization()*MapWebSoEvents()*");
            return;
        }

        await using var host = await start();
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        using var response = await PostAsync(host);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Use_AfterUseAuthorizationWithoutAFallbackPolicy_ReceivesCalls()
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
