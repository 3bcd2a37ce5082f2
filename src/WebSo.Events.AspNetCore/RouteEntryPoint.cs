using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events;

// MapWebSoEvents of one route. What a group or RequireAuthorization adds to it is known when the endpoint is built.
internal sealed class RouteEntryPoint(HttpReceiver handler, IServiceProvider services) : HttpEntryPoint(handler, services)
{
    // All endpoints of the application. The web server adds them before it listens.
    private readonly EndpointDataSource _source = services.GetRequiredService<EndpointDataSource>();
    private RouteEndpoint? _endpoint;

    public override bool IsComplete => Endpoint is not null;

    public override IReadOnlyList<string> Addresses => Endpoint is { } endpoint ? AddressesOf(endpoint) : [];

    public override bool IsAuthorized => Endpoint is { } endpoint && EndpointAuthorization.IsDemandedBy(endpoint);

    private RouteEndpoint? Endpoint =>
        _endpoint ??= _source.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.Metadata.Contains(this));

    public override IEnumerable<string> FindProblems() =>
        Endpoint is { } endpoint ? EndpointAuthorization.FindProblems(endpoint, Services) : [];

    // Verifies as soon as the endpoint is there. What it throws reaches the web server's start, by way of the change token.
    public void VerifyWhenBuilt()
    {
        IDisposable? registration = null;
        registration = ChangeToken.OnChange(_source.GetChangeToken, () =>
        {
            if (!IsComplete)
                return;

            registration?.Dispose();
            Verify();
        });
    }

    private static List<string> AddressesOf(RouteEndpoint endpoint)
    {
        var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(TextOf))));
        var hosts = endpoint.Metadata.GetMetadata<IHostMetadata>()?.Hosts ?? [];
        return hosts.Count == 0 ? [path] : [.. hosts.Select(host => host + path)];
    }

    // The names of parameters decide nothing.
    private static string TextOf(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Concat(parameter.ParameterPolicies.Select(policy => ":" + policy.Content))}{(parameter.IsOptional ? "?" : "")}}}",
        _ => "",
    };
}
