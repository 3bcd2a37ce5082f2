using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events.AspNetCore.Authorization;

// Finds out whether the authorization of ASP.NET Core guards an endpoint, and whether it would redirect calls. The server takes a login page for
// success.
internal static class EndpointAuthorization
{
    public static bool IsDemandedBy(Endpoint endpoint) => IsDemandedBy(endpoint.Metadata);

    // ASP.NET Core refuses all calls of an endpoint with IAuthorizeData, which RequireAuthorization adds, if the pipeline lacks UseAuthorization.
    // It ignores a policy in the metadata in that case.
    public static bool IsGuaranteedAt(Endpoint endpoint) => !AllowsAnonymous(endpoint.Metadata) && endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null;

    public static bool IsDemandedBy(EndpointMetadataCollection metadata) => !AllowsAnonymous(metadata)
        && (metadata.GetMetadata<IAuthorizeData>() is not null
            || metadata.GetMetadata<AuthorizationPolicy>() is not null
            || metadata.GetMetadata<IAuthorizationRequirementData>() is not null);

    public static bool HasFallbackPolicy(IServiceProvider services) =>
        services.GetService<IAuthorizationPolicyProvider>() is { } policies && Wait(policies.GetFallbackPolicyAsync()) is not null;

    public static IEnumerable<string> FindProblems(Endpoint endpoint, IServiceProvider services)
    {
        if (AllowsAnonymous(endpoint.Metadata))
            yield break;

        if (IsDemandedBy(endpoint) && services.GetService<IAuthorizationHandlerProvider>() is null)
        {
            yield return
                $"'{endpoint.DisplayName}' has an authorization policy, but the services that evaluate it are not registered. Its calls would fail or not be checked. "
                + "Add the services: builder.Services.AddAuthorization().";
        }
        else if (IsDemandedBy(endpoint))
        {
            foreach (var scheme in ChallengeSchemes(endpoint, services).Select(scheme => Forwarded(scheme, services)).Where(scheme => Redirects(scheme, endpoint)))
                yield return RedirectOf(scheme, endpoint);
        }
        else if (HasFallbackPolicy(services))
        {
            yield return
                $"The FallbackPolicy of the authorization would answer the calls of '{endpoint.DisplayName}', for example with a redirect to a login page, and their events would be lost. "
                + "Name the policy of the endpoint: app.MapWebSoEvents().RequireAuthorization(\"policy\"), or let only its guards decide: app.MapWebSoEvents().AllowAnonymous().";
        }
    }

    private static bool AllowsAnonymous(EndpointMetadataCollection metadata) => metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static List<AuthenticationScheme> ChallengeSchemes(Endpoint endpoint, IServiceProvider services)
    {
        var schemes = services.GetService<IAuthenticationSchemeProvider>();
        if (schemes is null || services.GetService<IAuthorizationPolicyProvider>() is not { } policies)
            return [];

        var policy = Wait(AuthorizationPolicy.CombineAsync(
            policies, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(), endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()));
        var named = (policy?.AuthenticationSchemes ?? []).Select(name => Wait(schemes.GetSchemeAsync(name))).OfType<AuthenticationScheme>().ToList();
        if (named.Count == 0 && Wait(schemes.GetDefaultChallengeSchemeAsync()) is { } usual)
            named.Add(usual);
        return named;
    }

    // The scheme that answers, if a cookie scheme or a policy scheme forwards its challenge.
    private static AuthenticationScheme Forwarded(AuthenticationScheme scheme, IServiceProvider services)
    {
        var schemes = services.GetRequiredService<IAuthenticationSchemeProvider>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Add(scheme.Name) && TargetOf(scheme, services) is { } target && Wait(schemes.GetSchemeAsync(target)) is { } other)
            scheme = other;
        return scheme;
    }

    // A selector decides for each call, so its target is not known here. See ChallengeShield.
    private static string? TargetOf(AuthenticationScheme scheme, IServiceProvider services)
    {
        var options = OptionsOf(scheme, services);
        return options?.ForwardChallenge ?? (options?.ForwardDefaultSelector is null ? options?.ForwardDefault : null);
    }

    private static AuthenticationSchemeOptions? OptionsOf(AuthenticationScheme scheme, IServiceProvider services)
    {
        if (typeof(CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType))
            return services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme.Name);
        return typeof(PolicySchemeHandler).IsAssignableFrom(scheme.HandlerType)
            ? services.GetRequiredService<IOptionsMonitor<PolicySchemeOptions>>().Get(scheme.Name)
            : null;
    }

    // Cookie schemes answer 401 at our endpoints, unless the application has changed that. Remote schemes (OAuth, OpenID Connect) always redirect.
    private static bool Redirects(AuthenticationScheme scheme, Endpoint endpoint) => IsRemote(scheme.HandlerType)
        || (typeof(CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType) && endpoint.Metadata.GetMetadata<IAllowCookieRedirectMetadata>() is not null);

    private static string RedirectOf(AuthenticationScheme scheme, Endpoint endpoint) =>
        $"The authentication scheme '{scheme.Name}' would redirect unauthenticated calls of '{endpoint.DisplayName}' to a login page, and their events would be lost. "
        + "Name a policy whose scheme answers 401, such as a client certificate: app.MapWebSoEvents().RequireAuthorization(\"policy\"), "
        + "or let only the guards of the endpoint decide: app.MapWebSoEvents().AllowAnonymous().";

    private static bool IsRemote(Type? handler)
    {
        for (; handler is not null; handler = handler.BaseType)
        {
            if (handler.IsGenericType && handler.GetGenericTypeDefinition() == typeof(RemoteAuthenticationHandler<>))
                return true;
        }

        return false;
    }

    // Blocks, which is acceptable at the start. The providers of the framework complete synchronously.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
