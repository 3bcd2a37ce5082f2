using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Receives the events of WebSignatureOffice in an ASP.NET Core application: with an endpoint, or with a middleware if the application has no routing.
/// </summary>
public static class WebSoEventsAspNetCoreExtensions
{
    /// <summary>Maps the endpoint that the server calls. Its URL is set as <c>webso_events_url</c> or as the <c>CallbackUrl</c> of a document.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">
    /// The route. Handlers get the values of its parameters in <see cref="WebSoEventContext.RouteValues"/>.
    /// </param>
    /// <param name="name">The name passed to <c>AddWebSoEvents</c>, or null for the default endpoint.</param>
    /// <returns>A builder for conventions, such as <c>RequireHost</c>, <c>RequireAuthorization</c> and <c>RequireRateLimiting</c>.</returns>
    /// <remarks>
    /// The endpoint accepts any Content-Type or none, and answers 405 to any method except POST. Only 200 is success for the server. The event is
    /// lost if something else answers the call with a redirect, for example to HTTPS or to a login page. Cookie authentication therefore answers
    /// 401 at this endpoint and never redirects.
    /// <para>
    /// The start fails, before the web server listens, if the endpoint has no guard and the environment is not Development (see
    /// <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>), if the pattern is mapped twice, if an authentication scheme would redirect calls, or if
    /// a fallback policy applies to the endpoint.
    /// </para>
    /// </remarks>
    /// <exception cref="InvalidOperationException"><c>AddWebSoEvents</c> was not called for this name.</exception>
    /// <exception cref="OptionsValidationException">The options of the endpoint are not valid.</exception>
    /// <example>
    /// <code>
    /// app.MapWebSoEvents();
    /// app.MapWebSoEvents("/webso/production", "production");
    /// </code>
    /// </example>
    public static IEndpointConventionBuilder MapWebSoEvents(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = "/webso/events",
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);

        var entryPoint = new RouteEntryPoint(HttpReceiver.Create(endpoints.ServiceProvider, name), endpoints);
        entryPoint.Add();
        entryPoint.VerifyWhenBuilt();
        var route = endpoints.Map(pattern, entryPoint.HandleAsync).ExcludeFromDescription().WithDisplayName($"WebSo events {pattern}");
        route.Finally(entryPoint.AddShield);
        return route.WithMetadata(entryPoint).DisableCookieRedirect();
    }

    /// <summary>
    /// Adds a middleware that receives the events at a path. Calls to other paths are passed on. Place it before any middleware that reads
    /// bodies, redirects or authenticates.
    /// </summary>
    /// <remarks>
    /// The start fails, before the web server listens, if the endpoint has no guard and the environment is not Development (see
    /// <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>), if the path is used twice, or if authorization would answer its calls first.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <param name="path">The path. It must match completely; case and a trailing slash are ignored.</param>
    /// <param name="name">The name passed to <c>AddWebSoEvents</c>, or null for the default endpoint.</param>
    /// <exception cref="InvalidOperationException"><c>AddWebSoEvents</c> was not called for this name.</exception>
    /// <exception cref="OptionsValidationException">The options of the endpoint are not valid.</exception>
    public static IApplicationBuilder UseWebSoEvents(this IApplicationBuilder app, string path = "/webso/events", string? name = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(path);

        var expected = new PathString(path.TrimEnd('/'));
        var entryPoint = new MiddlewareEntryPoint(HttpReceiver.Create(app.ApplicationServices, name), app, expected);
        entryPoint.Add();
        return app.Use(next =>
        {
            // The pipeline is built before the web server listens.
            entryPoint.Verify();
            return context => context.Request.Path.StartsWithSegments(expected, out var rest) && (!rest.HasValue || rest == "/")
                ? entryPoint.HandleAsync(context)
                : next(context);
        });
    }
}
