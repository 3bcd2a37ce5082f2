using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events.AspNetCore.Endpoints;

// A call of MapWebSoEvents: one route. What a group or RequireAuthorization adds to the route is known only when the endpoint is built.
// This class is also metadata of the endpoint, for calls that authorization refuses: their bodies are limited, and their 401 does not become an
// error page.
internal sealed class RouteEntryPoint(HttpReceiver handler, IEndpointRouteBuilder endpoints)
    : HttpEntryPoint(handler, endpoints.ServiceProvider), ISkipStatusCodePagesMetadata, IRequestSizeLimitMetadata
{
    // All endpoints of the application. It is complete when the web server listens.
    private readonly EndpointDataSource _application = endpoints.ServiceProvider.GetRequiredService<EndpointDataSource>();
    private RouteEndpoint? _endpoint;

    public long? MaxRequestBodySize => AspNetCoreRequest.LimitOfChunks(Receiver.Endpoint.Options.MaxBodySize);

    public override bool IsComplete => Endpoint is not null;

    public override IReadOnlyList<string> Addresses => Endpoint is { } endpoint ? AddressesOf(endpoint) : [];

    public override bool IsAuthorized => Endpoint is { } endpoint && EndpointAuthorization.IsGuaranteedAt(endpoint);

    // The endpoints of a group are looked up in the application, because a group does not know what outer groups add.
    private RouteEndpoint? Endpoint => _endpoint ??= endpoints is RouteGroupBuilder
        ? FindIn(_application)
        : endpoints.DataSources.Select(FindIn).FirstOrDefault(endpoint => endpoint is not null);

    public override IEnumerable<string> FindProblems() =>
        Endpoint is { } endpoint ? EndpointAuthorization.FindProblems(endpoint, Services) : [];

    // Called last, because an outer group can require the authorization.
    public void AddShield(EndpointBuilder builder)
    {
        if (EndpointAuthorization.IsDemandedBy(new EndpointMetadataCollection(builder.Metadata)))
            builder.Metadata.Add(Handler.ChallengeShield);
    }

    // For groups, and for routes that are mapped while the web server starts. An exception reaches the start through the change token.
    public void VerifyWhenBuilt()
    {
        IDisposable? registration = null;
        registration = ChangeToken.OnChange(_application.GetChangeToken, () =>
        {
            if (FindIn(_application) is null)
                return;

            registration?.Dispose();
            Verify();
        });
    }

    private RouteEndpoint? FindIn(EndpointDataSource source) =>
        source.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.Metadata.Contains(this));

    private static List<string> AddressesOf(RouteEndpoint endpoint)
    {
        var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(TextOf))));
        var hosts = endpoint.Metadata.GetMetadata<IHostMetadata>()?.Hosts ?? [];
        return hosts.Count == 0 ? [path] : [.. hosts.Select(host => host + path)];
    }

    // Omits the names of parameters, because routes that differ only in them are the same.
    private static string TextOf(RoutePatternPart part) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            $"{{{(parameter.IsCatchAll ? "*" : "")}{string.Concat(parameter.ParameterPolicies.Select(policy => ":" + policy.Content))}{(parameter.IsOptional ? "?" : "")}}}",
        _ => "",
    };
}
