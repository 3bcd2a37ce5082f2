using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace WebSo.Events.AspNetCore.Authorization;

// Replaces successful responses and redirects by 401 or 403 if a call of an endpoint with a policy has not reached the receiver. The start
// already refuses schemes that are known to redirect. A selector or an event of the application, however, decides for each call. This
// requirement is part of the policy, because authorization evaluates the policy before it asks the scheme for a response.
internal sealed class ChallengeShield(RefusalLog refused) : IAuthorizationRequirement, IAuthorizationRequirementData, IAuthorizationHandler
{
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];

    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        if (context.Resource is HttpContext { Response.HasStarted: false } call)
            call.Response.OnStarting(() => RefuseAsync(call));
        context.Succeed(this);
        return Task.CompletedTask;
    }

    // Called when the call has reached the receiver.
    public static void Pass(HttpContext call)
    {
        if (call.GetEndpoint()?.Metadata.GetMetadata<ChallengeShield>() is { } shield)
            call.Items[shield] = true;
    }

    private Task RefuseAsync(HttpContext call)
    {
        var response = call.Response;
        if (response.StatusCode >= StatusCodes.Status400BadRequest || call.Items.ContainsKey(this))
            return Task.CompletedTask;

        refused.Add(call.Connection.RemoteIpAddress, $"{response.StatusCode}");
        response.Headers.Remove("Location");
        response.StatusCode = call.User.Identity?.IsAuthenticated == true ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
