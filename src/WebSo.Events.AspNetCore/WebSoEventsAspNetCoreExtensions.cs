using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Receives the events of WebSignatureOffice in an ASP.NET Core application: at an endpoint, or in a middleware for an application without routing.</summary>
public static class WebSoEventsAspNetCoreExtensions
{
    /// <summary>Maps the endpoint that the server calls: the URL of <c>webso_events_url</c>, or of a document's <c>CallbackUrl</c>.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">
    /// The route. Parameters in it reach handlers as <see cref="WebSoEventContext.RouteValues"/>.
    /// </param>
    /// <param name="name">The name given to <c>AddWebSoEvents</c>. Not set: the default endpoint.</param>
    /// <returns>A builder for conventions, as <c>RequireHost</c>, <c>RequireAuthorization</c>, <c>RequireRateLimiting</c>.</returns>
    /// <remarks>
    /// Every method is mapped, so that a wrong one gets 405 by the same rules as everywhere. Any Content-Type is taken, and none.
    /// The server takes only 200 for success. If something else answers the call, such as a redirect to HTTPS or a login page, the event is lost.
    /// Cookie authentication therefore answers 401 here and never redirects.
    /// <para>
    /// The start fails, before the web server listens, when the endpoint has no guard outside Development
    /// (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>), when the pattern is mapped twice, or when an authorization policy
    /// would redirect calls or reaches the endpoint only as fallback policy.
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
    /// Receives the events in a middleware, at a path; calls to other paths go on. Place it before anything that reads bodies, redirects or authenticates.
    /// </summary>
    /// <remarks>
    /// The start fails, before the web server listens, when the endpoint has no guard outside Development
    /// (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>), when the path is used twice, or when a fallback policy of the authorization
    /// would answer in its place.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <param name="path">The exact path; upper and lower case do not differ, nor does a slash at its end.</param>
    /// <param name="name">The name given to <c>AddWebSoEvents</c>. Not set: the default endpoint.</param>
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
