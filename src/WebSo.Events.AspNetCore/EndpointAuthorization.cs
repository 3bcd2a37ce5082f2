using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Whether ASP.NET Core's authorization guards an endpoint, and whether it would redirect a call: to the server, a login page is success.
internal static class EndpointAuthorization
{
    public static bool IsDemandedBy(Endpoint endpoint) => IsDemandedBy(endpoint.Metadata);

    // A policy that is metadata by itself is evaluated only if the pipeline has UseAuthorization; with an IAuthorizeData, as RequireAuthorization adds it,
    // ASP.NET Core answers no call without that.
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
                $"'{endpoint.DisplayName}' has an authorization policy, and the services that evaluate it are not registered, so its calls would fail or not be checked. "
                + "Add them: builder.Services.AddAuthorization().";
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
                + "Say which policy the endpoint has: app.MapWebSoEvents().RequireAuthorization(\"policy\"), or none, so that its own guards decide: app.MapWebSoEvents().AllowAnonymous().";
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

    // Where a cookie scheme or a policy scheme passes its challenge to another one, that one answers.
    private static AuthenticationScheme Forwarded(AuthenticationScheme scheme, IServiceProvider services)
    {
        var schemes = services.GetRequiredService<IAuthenticationSchemeProvider>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Add(scheme.Name) && TargetOf(scheme, services) is { } target && Wait(schemes.GetSchemeAsync(target)) is { } other)
            scheme = other;
        return scheme;
    }

    // A selector decides for each call, so where it leads is seen then only: see ChallengeShield.
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

    // Cookies answer 401 at our endpoints, unless someone has undone that. The schemes of other login servers (OAuth, OpenID Connect) can't.
    private static bool Redirects(AuthenticationScheme scheme, Endpoint endpoint) => IsRemote(scheme.HandlerType)
        || (typeof(CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType) && endpoint.Metadata.GetMetadata<IAllowCookieRedirectMetadata>() is not null);

    private static string RedirectOf(AuthenticationScheme scheme, Endpoint endpoint) =>
        $"The authentication scheme '{scheme.Name}' answers a call of '{endpoint.DisplayName}' that is not logged in with a redirect to a login page, and its event would be lost. "
        + "Name a policy whose scheme answers 401, such as a client certificate: app.MapWebSoEvents().RequireAuthorization(\"policy\"), "
        + "or let the endpoint's own guards decide: app.MapWebSoEvents().AllowAnonymous().";

    private static bool IsRemote(Type? handler)
    {
        for (; handler is not null; handler = handler.BaseType)
        {
            if (handler.IsGenericType && handler.GetGenericTypeDefinition() == typeof(RemoteAuthenticationHandler<>))
                return true;
        }

        return false;
    }

    // At the start, where nothing else waits. The providers of the framework complete at once.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
