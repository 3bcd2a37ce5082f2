using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace WebSo.Events;

// On an endpoint with a policy: as long as a call has not reached the receiver, it is refused, whatever answers it. A scheme that redirects to
// a login page is found at the start if that can be known then. A selector or an event of the application decides for each call, so this is
// part of the policy, which the authorization evaluates before it asks the scheme for an answer.
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

    // The call has reached the receiver.
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
