using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace WebSo.Events.AspNetCore.Endpoints;

// A call of UseWebSoEvents: one path of one pipeline.
internal sealed class MiddlewareEntryPoint(HttpReceiver handler, IApplicationBuilder app, PathString path) : HttpEntryPoint(handler, app.ApplicationServices)
{
    // UseAuthorization adds this to the properties of the pipeline.
    private const string AuthorizationMark = "__AuthorizationMiddlewareSet";

    private readonly bool _isAfterAuthorization = app.Properties.ContainsKey(AuthorizationMark);

    // In a WebApplication, the path must also differ from those of the endpoints. A branch has its own paths.
    public override IReadOnlyList<string> Addresses { get; } =
    [
        app is WebApplication
            ? path.Value!
            : string.Create(CultureInfo.InvariantCulture, $"{path} of the pipeline {RuntimeHelpers.GetHashCode(app)}"),
    ];

    // If the code of a WebApplication does not call UseAuthorization, the WebApplication calls it before all other middleware.
    private bool IsAfterAuthorization => _isAfterAuthorization || (app is WebApplication && !app.Properties.ContainsKey(AuthorizationMark));

    public override IEnumerable<string> FindProblems()
    {
        if (!IsAfterAuthorization)
            yield break;

        if (FindProtectedEndpoint() is { } endpoint)
        {
            yield return
                $"The endpoint '{endpoint.DisplayName}' also matches calls at {path}. Its authorization would answer them, for example with a redirect to a login page, and their "
                + "events would be lost. Call app.UseWebSoEvents() before app.UseAuthorization(), or map an endpoint instead: app.MapWebSoEvents().";
        }

        if (EndpointAuthorization.HasFallbackPolicy(app.ApplicationServices))
        {
            yield return
                $"The FallbackPolicy of the authorization would answer the calls at {path}, for example with a redirect to a login page, and their events would be lost. "
                + "Call app.UseWebSoEvents() before app.UseAuthorization(), or map an endpoint instead: app.MapWebSoEvents().AllowAnonymous().";
        }
    }

    // Finds an endpoint that routing selects before this middleware is reached, so that authorization applies to it. Called when the host
    // starts, because all routes are mapped by then.
    private RouteEndpoint? FindProtectedEndpoint() => app is not IEndpointRouteBuilder routes ? null : routes.DataSources
        .SelectMany(source => source.Endpoints)
        .OfType<RouteEndpoint>()
        .FirstOrDefault(endpoint => EndpointAuthorization.IsDemandedBy(endpoint) && TakesPost(endpoint) && Matches(endpoint.RoutePattern));

    private static bool TakesPost(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods: { Count: > 0 } methods } || methods.Contains(HttpMethods.Post);

    private bool Matches(RoutePattern pattern) =>
        new TemplateMatcher(new RouteTemplate(pattern), new RouteValueDictionary(pattern.Defaults)).TryMatch(path, []);
}
