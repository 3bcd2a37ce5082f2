using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class HttpReceiverLog
{
    [LoggerMessage(37, LogLevel.Error, "{Count} calls at {Endpoint} since the last message of this kind failed unexpectedly; the exception is that of the latest. Answered 500. Logged at most once a minute.", EventName = "ReceiveFailed")]
    public static partial void ReceiveFailed(ILogger logger, Exception? exception, long count, EndpointLabel endpoint);

    [LoggerMessage(38, LogLevel.Error, "{Count} calls at {Endpoint} since the last message of this kind could not be answered: a middleware had started the response before the receiver. The connection is aborted. Place the endpoint before that middleware. Logged at most once a minute.", EventName = "ResponseStarted")]
    public static partial void ResponseStarted(ILogger logger, long count, EndpointLabel endpoint);

    [LoggerMessage(40, LogLevel.Warning, "{Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, were about to be answered with {Status} before they reached the receiver, as by an authentication scheme that redirects to a login page, or by a middleware between UseAuthorization and the endpoint, such as UseHttpsRedirection. The server would take that for success, so they are refused with 401 or 403. If a middleware answers, place it elsewhere or exclude the path. If a scheme does, name a policy whose scheme answers 401, such as a client certificate: app.MapWebSoEvents().RequireAuthorization(policy), or let the endpoint's own guards decide: app.MapWebSoEvents().AllowAnonymous(). Logged at most once a minute.", EventName = "RedirectPrevented")]
    public static partial void RedirectPrevented(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string status);
}
