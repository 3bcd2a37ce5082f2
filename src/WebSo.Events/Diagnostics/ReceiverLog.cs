using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// What the sender does wrong is Information or Warning; what we do wrong is Error. No body, no header value, no query is ever logged.
internal static partial class ReceiverLog
{
    [LoggerMessage(1, LogLevel.Warning, "No handler is registered for the endpoint '{Endpoint}', so its events are answered with 200 and dropped, or stored as unhandled by an inbox. Add one: services.AddWebSoEvents({Endpoint}).AddHandler<StatusChangeEvent, MyHandler>().", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, string endpoint);

    [LoggerMessage(2, LogLevel.Warning, "The endpoint '{Endpoint}' asks for no credentials, so anyone who reaches it can send events. Set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks, or options.UseServerConfiguration with the config.ini whose webso_events_keys the server sends.", EventName = "NoCredentials")]
    public static partial void NoCredentials(ILogger logger, string endpoint);

    [LoggerMessage(3, LogLevel.Warning, "Refused {Count} bodies at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, that are no events; the latest: {Reason}. Answered 400. This is said at most once a minute.", EventName = "Malformed")]
    public static partial void Malformed(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(4, LogLevel.Information, "No handler of the endpoint '{Endpoint}' hears the event {Event}. Answered 200. This is said once per name.", EventName = "Unhandled")]
    public static partial void Unhandled(ILogger logger, string endpoint, string @event);

    [LoggerMessage(5, LogLevel.Information, "The filter of the endpoint '{Endpoint}' keeps the event {Event} out. Answered 200. This is said once per name.", EventName = "Filtered")]
    public static partial void Filtered(ILogger logger, string endpoint, string @event);

    [LoggerMessage(6, LogLevel.Error, "The handler {Handler} failed for the event {Event} of document {DocumentId}. Answered 500: the server repeats the event if its webso_events_retry says so, else it is lost. An inbox would keep it.", EventName = "HandlerFailed")]
    public static partial void HandlerFailed(ILogger logger, Exception? exception, string handler, string @event, string documentId);

    [LoggerMessage(7, LogLevel.Warning, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}: credentials are missing or wrong. Answered 401. This is said at most once a minute.", EventName = "Unauthorized")]
    public static partial void Unauthorized(ILogger logger, long count, string endpoint, IPAddress? remoteAddress);

    [LoggerMessage(8, LogLevel.Warning, "The bodies of {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, were not there within BodyTimeout, {Timeout}. Answered 408. This is said at most once a minute.", EventName = "BodyTimeout")]
    public static partial void BodyTimeout(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string timeout);

    [LoggerMessage(9, LogLevel.Warning, "The bodies of {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, are larger than MaxBodySize, {MaxBodySize} bytes. Answered 413. This is said at most once a minute.", EventName = "BodyTooLarge")]
    public static partial void BodyTooLarge(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string maxBodySize);

    [LoggerMessage(10, LogLevel.Information, "The bodies of {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, are torn: the connection ended before they were whole. Nothing is stored, no answer is given. This is said at most once a minute.", EventName = "BodyTorn")]
    public static partial void BodyTorn(ILogger logger, long count, string endpoint, IPAddress? remoteAddress);

    [LoggerMessage(11, LogLevel.Error, "The bodies of {Count} calls at the endpoint '{Endpoint}' since the last line of this kind were read by something before the receiver, so their events can't be read. Answered 500. A middleware that reads forms is a likely cause, since the server's calls may bear application/x-www-form-urlencoded: place the endpoint before it, or let it call Request.EnableBuffering(). This is said at most once a minute.", EventName = "BodyConsumed")]
    public static partial void BodyConsumed(ILogger logger, long count, string endpoint);

    [LoggerMessage(12, LogLevel.Error, "The changed options of the endpoint '{Endpoint}' are not valid; those before stay in force.", EventName = "OptionsRefused")]
    public static partial void OptionsRefused(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(13, LogLevel.Information, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest a {Method} from {RemoteAddress}. Answered 405: the server sends POST. This is said at most once a minute.", EventName = "MethodNotAllowed")]
    public static partial void MethodNotAllowed(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string method);

    [LoggerMessage(14, LogLevel.Warning, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, which is in none of AllowedNetworks. Answered 403. This is said at most once a minute.", EventName = "Forbidden")]
    public static partial void Forbidden(ILogger logger, long count, string endpoint, IPAddress? remoteAddress);

    [LoggerMessage(15, LogLevel.Warning, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}: the query is longer than MaxQueryLength. Answered 414. This is said at most once a minute.", EventName = "QueryTooLong")]
    public static partial void QueryTooLong(ILogger logger, long count, string endpoint, IPAddress? remoteAddress);

    [LoggerMessage(16, LogLevel.Warning, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}: the callback URL has no signature, or one that is not valid for this endpoint, path and query, or whose key is no longer in CallbackKeys. Path of the latest: {Paths}. Answered 401. If a proxy removes the beginning of the path, set CallbackPathPrefix to what it removes. This is logged at most once a minute.", EventName = "CallbackUrlRefused")]
    public static partial void CallbackUrlRefused(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string paths);

    [LoggerMessage(17, LogLevel.Warning, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}: the callback URL has expired. Path of the latest: '{Path}'. Answered 401. Give URLs a later expiry, or none. This is logged at most once a minute.", EventName = "CallbackUrlExpired")]
    public static partial void CallbackUrlExpired(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string path);
}
