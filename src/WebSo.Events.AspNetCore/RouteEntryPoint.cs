using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events;

// MapWebSoEvents of one route. What a group or RequireAuthorization adds to it is known when the endpoint is built.
// It is metadata of the endpoint, too, for what happens before the endpoint is reached: an authorization that refuses a call must not read
// its body, and its 401 must not become an error page.
internal sealed class RouteEntryPoint(HttpReceiver handler, IEndpointRouteBuilder endpoints)
    : HttpEntryPoint(handler, endpoints.ServiceProvider), ISkipStatusCodePagesMetadata, IRequestSizeLimitMetadata
{
    // All endpoints of the application. They are added before the web server listens.
    private readonly EndpointDataSource _application = endpoints.ServiceProvider.GetRequiredService<EndpointDataSource>();
    private RouteEndpoint? _endpoint;

    public long? MaxRequestBodySize => AspNetCoreRequest.LimitOfChunks(Receiver.Endpoint.Options.MaxBodySize);

    public override bool IsComplete => Endpoint is not null;

    public override IReadOnlyList<string> Addresses => Endpoint is { } endpoint ? AddressesOf(endpoint) : [];

    public override bool IsAuthorized => Endpoint is { } endpoint && EndpointAuthorization.IsGuaranteedAt(endpoint);

    // A group does not know what the groups around it add, so the endpoints of a group are looked up in the application.
    private RouteEndpoint? Endpoint => _endpoint ??= endpoints is RouteGroupBuilder
        ? FindIn(_application)
        : endpoints.DataSources.Select(FindIn).FirstOrDefault(endpoint => endpoint is not null);

    public override IEnumerable<string> FindProblems() =>
        Endpoint is { } endpoint ? EndpointAuthorization.FindProblems(endpoint, Services) : [];

    // Added last, since what guards the endpoint can come from the groups around it.
    public void AddShield(EndpointBuilder builder)
    {
        if (EndpointAuthorization.IsDemandedBy(new EndpointMetadataCollection(builder.Metadata)))
            builder.Metadata.Add(Handler.ChallengeShield);
    }

    // For groups, and where routes are mapped while the web server starts: what it throws reaches the start by way of the change token.
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
