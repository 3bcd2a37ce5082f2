using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Diagnostics;

// What the sender does wrong is Information or Warning; what we do wrong is Error. No body, no header value, no query is ever logged.
internal static partial class ReceiverLog
{
    [LoggerMessage(1, LogLevel.Warning, "No handler is registered for {Endpoint}, so its events are answered with 200 and dropped, or stored as unhandled by an inbox. Add one: services.AddWebSoEvents({Argument}).AddHandler<StatusChangeEvent, MyHandler>(). If another process handles what this one stores, set ReceiveOnly of the inbox.", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, EndpointLabel endpoint, string argument);

    [LoggerMessage(2, LogLevel.Warning, "AllowAnonymousCalls is true for {Endpoint}, which has no guard, so anyone who reaches it can send events. If nothing else keeps strangers out, set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks.", EventName = "NoCredentials")]
    public static partial void NoCredentials(ILogger logger, EndpointLabel endpoint);

    [LoggerMessage(3, LogLevel.Warning, "Refused {Count} bodies at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, that are not events; the latest: {Reason}. Answered 400. Logged at most once a minute.", EventName = "Malformed")]
    public static partial void Malformed(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(4, LogLevel.Information, "No handler of {Endpoint} handles the event {Event}. Answered 200. Logged once per name; a name that no event type is registered for is logged again after an hour.", EventName = "Unhandled")]
    public static partial void Unhandled(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(5, LogLevel.Information, "The filter of {Endpoint} drops the event {Event}. Answered 200. Logged once per name; a name that no event type is registered for is logged again after an hour.", EventName = "Filtered")]
    public static partial void Filtered(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(6, LogLevel.Error, "The handler {Handler} failed for the event {Event} of document {DocumentId}. Failures of this handler since the last message of this kind: {Count}. Answered 500: the server retries if webso_events_retry is set, otherwise the event is lost. An inbox keeps such events. Logged at most once a minute.", EventName = "HandlerFailed")]
    public static partial void HandlerFailed(ILogger logger, Exception? exception, long count, string handler, string @event, string documentId);

    [LoggerMessage(7, LogLevel.Warning, "Refused {Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}: credentials are missing or wrong. Answered 401. Logged at most once a minute.", EventName = "Unauthorized")]
    public static partial void Unauthorized(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(8, LogLevel.Warning, "{Count} bodies at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, did not arrive in time (the latest: {Reason}). Answered 408. Logged at most once a minute.", EventName = "BodyTimeout")]
    public static partial void BodyTimeout(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(9, LogLevel.Warning, "The bodies of {Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, are larger than MaxBodySize, {MaxBodySize} bytes. Answered 413. Logged at most once a minute.", EventName = "BodyTooLarge")]
    public static partial void BodyTooLarge(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string maxBodySize);

    [LoggerMessage(10, LogLevel.Information, "{Count} bodies at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, were not received completely (the latest: {Reason}). Nothing is stored and no answer is given. Logged at most once a minute.", EventName = "BodyTorn")]
    public static partial void BodyTorn(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(11, LogLevel.Error, "{Count} bodies at {Endpoint} since the last message of this kind were read by a middleware before the receiver, so their events can't be read (the latest: {Reason}). Answered 500. A middleware that reads forms is a likely cause, since the server may send application/x-www-form-urlencoded. Place the endpoint before it, or let it call Request.EnableBuffering() first and leave the stream open. Logged at most once a minute.", EventName = "BodyConsumed")]
    public static partial void BodyConsumed(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(12, LogLevel.Error, "The changed options of {Endpoint} are not valid: {Problems} Its guards are judged on their own; all other options keep their last valid values. Correct the configuration.", EventName = "OptionsRefused")]
    public static partial void OptionsRefused(ILogger logger, Exception? exception, EndpointLabel endpoint, string problems);

    [LoggerMessage(13, LogLevel.Information, "Refused {Count} calls at {Endpoint} since the last message of this kind, the latest a {Method} from {RemoteAddress}. Answered 405: the server sends POST. Logged at most once a minute.", EventName = "MethodNotAllowed")]
    public static partial void MethodNotAllowed(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string method);

    [LoggerMessage(14, LogLevel.Warning, "Refused {Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, which is in none of AllowedNetworks. Answered 403. Logged at most once a minute.", EventName = "Forbidden")]
    public static partial void Forbidden(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(15, LogLevel.Warning, "Refused {Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}: the query is longer than MaxQueryLength. Answered 414. Logged at most once a minute.", EventName = "QueryTooLong")]
    public static partial void QueryTooLong(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(16, LogLevel.Warning, "Refused {Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}: the callback URL has no signature, or one that is not valid for this endpoint, path and query, or whose key is no longer in CallbackKeys. Path of the latest: {Paths}. Answered 401. If a proxy removes the beginning of the path, set CallbackPathPrefix to what it removes. Logged at most once a minute.", EventName = "CallbackUrlRefused")]
    public static partial void CallbackUrlRefused(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string paths);

    [LoggerMessage(17, LogLevel.Warning, "Refused {Count} calls at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}: the callback URL has expired. Path of the latest: '{Path}'. Answered 401. Give URLs a later expiry, or none. Logged at most once a minute.", EventName = "CallbackUrlExpired")]
    public static partial void CallbackUrlExpired(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string path);

    [LoggerMessage(18, LogLevel.Information, "No guard: anyone who reaches {Endpoint} can send events. This is allowed only in the environment Development; elsewhere the start fails. Before you deploy, set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks.", EventName = "NoGuardYet")]
    public static partial void NoGuardYet(ILogger logger, EndpointLabel endpoint);

    [LoggerMessage(19, LogLevel.Error, "The changed guards of {Endpoint} are not fully in force: {Problems} Until the configuration is corrected, the endpoint keeps what it had of its last guards, and stays closed to whom they keep out. To revoke the last secret, replace it; to open the endpoint to everyone, set AllowAnonymousCalls to true.", EventName = "GuardsKept")]
    public static partial void GuardsKept(ILogger logger, EndpointLabel endpoint, string problems);

    [LoggerMessage(20, LogLevel.Warning, "Nothing receives the calls of {Endpoint}, which was added. Map it: app.MapWebSoEvents({Arguments}), or add a listener: AddHttpListener(\"http://localhost:8085/webso/events/\"). If this process only handles what another one stores, set HandleOnly of the inbox.", EventName = "NotMapped")]
    public static partial void NotMapped(ILogger logger, EndpointLabel endpoint, string arguments);

    [LoggerMessage(21, LogLevel.Warning, "A secret of {Endpoint} has fewer than {MinLength} characters, so it can be guessed: {Names}. Use a random one: openssl rand -hex 32.", EventName = "ShortSecret")]
    public static partial void ShortSecret(ILogger logger, EndpointLabel endpoint, int minLength, string names);

    [LoggerMessage(22, LogLevel.Warning, "A call at {Endpoint} from {RemoteAddress} sent its secret over plain HTTP, where others on the way can read it. Use https in webso_events_url. If a proxy in front ends HTTPS, let ASP.NET Core know the scheme: app.UseForwardedHeaders() with XForwardedProto and the proxy in KnownProxies, before MapWebSoEvents. Logged once per endpoint.", EventName = "PlainHttp")]
    public static partial void PlainHttp(ILogger logger, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(23, LogLevel.Error, "Every call of {Endpoint} is answered with 503: {Problems}", EventName = "SetupRefused")]
    public static partial void SetupRefused(ILogger logger, EndpointLabel endpoint, string problems);

    [LoggerMessage(24, LogLevel.Warning, "A changed configuration has removed guards of {Endpoint}: {Removed}. Guards that remain: {Remaining}. Calls that only the removed ones kept out are let in from now on. If that is not intended, restore them in the configuration; they apply when it is reloaded.", EventName = "GuardRemoved")]
    public static partial void GuardRemoved(ILogger logger, EndpointLabel endpoint, string removed, string remaining);

    [LoggerMessage(25, LogLevel.Warning, "Anyone on the network can send events to {Endpoint}: it has no guard, and {Address} listens on every network of this machine. Listen on localhost, or set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks. Logged once per endpoint, in Development only: in any other environment an endpoint without a guard does not start, unless AllowAnonymousCalls is true.", EventName = "OpenToNetwork")]
    public static partial void OpenToNetwork(ILogger logger, EndpointLabel endpoint, string address);

    [LoggerMessage(39, LogLevel.Information, "More than 100 unknown event names came to {Endpoint} within an hour. Further events with new names that were {Outcome} since the last message of this kind: {Count}, the latest {Event}. Their names are logged again after the hour. If the server does not send such events, restrict who can call the endpoint.", EventName = "NamesNotLogged")]
    public static partial void NamesNotLogged(ILogger logger, long count, EndpointLabel endpoint, string outcome, string @event);

    [LoggerMessage(30, LogLevel.Warning, "The event {Event} at {Endpoint} is incomplete: a documented property is absent, empty or unreadable, the charset of its document ID had to be guessed, or extra properties were left out. Its handlers get it with IsComplete false and default values. Compare the body with the documentation, and check the version and the charset of the server. Logged once per event name.", EventName = "Incomplete")]
    public static partial void Incomplete(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(34, LogLevel.Warning, "Refused {Count} bodies at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}, that are malformed (the latest: {Reason}). Answered 400. Logged at most once a minute.", EventName = "BodyMalformed")]
    public static partial void BodyMalformed(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Refused {Count} calls without a body at {Endpoint} since the last message of this kind, the latest from {RemoteAddress}. Answered 400. Logged at most once a minute.", EventName = "BodyEmpty")]
    public static partial void BodyEmpty(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(36, LogLevel.Warning, "Refused {Count} calls at {Endpoint} since the last message of this kind: the bodies that are being received or handled reach the limit of {MaxBytes} bytes. Answered 503. Likely causes are many slow senders and slow handlers. A smaller MaxBodySize or BodyTimeout, an inbox, or a proxy that buffers requests helps. Logged at most once a minute.", EventName = "TooManyBodies")]
    public static partial void TooManyBodies(ILogger logger, long count, EndpointLabel endpoint, int maxBytes);
}
