using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.AspNetCore.Endpoints;

internal static partial class HttpReceiverLog
{
    [LoggerMessage(37, LogLevel.Error, "Calls to {Endpoint} failed unexpectedly and were answered with 500 (calls since the last message of this kind: {Count}). The exception is from the last one. Logged at most once a minute.", EventName = "ReceiveFailed")]
    public static partial void ReceiveFailed(ILogger logger, Exception? exception, long count, EndpointLabel endpoint);

    [LoggerMessage(38, LogLevel.Error, "Calls to {Endpoint} could not be answered, because a middleware had started the response before the receiver (calls since the last message of this kind: {Count}). Their connections were aborted. Place the endpoint before that middleware. Logged at most once a minute.", EventName = "ResponseStarted")]
    public static partial void ResponseStarted(ILogger logger, long count, EndpointLabel endpoint);

    [LoggerMessage(40, LogLevel.Warning, "Calls to {Endpoint} would have been answered with {Status} before they reached the receiver (calls since the last message of this kind: {Count}, last address: {RemoteAddress}). The server would take that for success and the events would be lost, so the calls were refused with 401 or 403. Usual causes are an authentication scheme that redirects to a login page, and a middleware between UseAuthorization and the endpoint, such as UseHttpsRedirection. For a middleware: move it or exclude the path. For a scheme: name a policy whose scheme answers 401, such as a client certificate, with app.MapWebSoEvents().RequireAuthorization(policy), or let only the guards of the endpoint decide with app.MapWebSoEvents().AllowAnonymous(). Logged at most once a minute.", EventName = "RedirectPrevented")]
    public static partial void RedirectPrevented(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string status);
}
