using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Diagnostics;

// Mistakes of the sender are Information or Warning, failures of the receiver are Error. Never logs a body, a header value or a query.
internal static partial class ReceiverLog
{
    [LoggerMessage(1, LogLevel.Warning, "No handler is registered for {Endpoint}. Its events are answered with 200 and dropped, or stored as unhandled if it has an inbox. Add a handler: services.AddWebSoEvents({Argument}).AddHandler<StatusChangeEvent, MyHandler>(). If another process handles the stored events, set ReceiveOnly of the inbox.", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, EndpointLabel endpoint, string argument);

    [LoggerMessage(2, LogLevel.Warning, "AllowAnonymousCalls is true for {Endpoint}, which has no guard, so everyone who can reach it can send events. Unless something else restricts access, set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks.", EventName = "NoCredentials")]
    public static partial void NoCredentials(ILogger logger, EndpointLabel endpoint);

    [LoggerMessage(3, LogLevel.Warning, "Refused calls at {Endpoint} with 400 because their bodies are not events. Calls since the last message: {Count}. Latest: {RemoteAddress} ({Reason}). Logged at most once a minute.", EventName = "Malformed")]
    public static partial void Malformed(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(4, LogLevel.Information, "No handler of {Endpoint} handles the event {Event}. The event was answered with 200. Logged once per event name, and again after an hour for names without an event type.", EventName = "Unhandled")]
    public static partial void Unhandled(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(5, LogLevel.Information, "The filter of {Endpoint} dropped the event {Event}. The event was answered with 200. Logged once per event name, and again after an hour for names without an event type.", EventName = "Filtered")]
    public static partial void Filtered(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(6, LogLevel.Error, "The handler {Handler} failed for the event {Event} of document {DocumentId}. The call was answered with 500: the server retries if webso_events_retry is set, otherwise the event is lost. To keep such events, add an inbox. Failures of this handler since the last message: {Count}. Logged at most once a minute.", EventName = "HandlerFailed")]
    public static partial void HandlerFailed(ILogger logger, Exception? exception, long count, string handler, string @event, string documentId);

    [LoggerMessage(7, LogLevel.Warning, "Refused calls at {Endpoint} with 401 because their credentials are missing or wrong. Calls since the last message: {Count}. Latest: {RemoteAddress}. Logged at most once a minute.", EventName = "Unauthorized")]
    public static partial void Unauthorized(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(8, LogLevel.Warning, "Refused calls at {Endpoint} with 408 because their bodies did not arrive in time. Calls since the last message: {Count}. Latest: {RemoteAddress} ({Reason}). Logged at most once a minute.", EventName = "BodyTimeout")]
    public static partial void BodyTimeout(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(9, LogLevel.Warning, "Refused calls at {Endpoint} with 413 because their bodies are larger than MaxBodySize ({MaxBodySize} bytes). Calls since the last message: {Count}. Latest: {RemoteAddress}. Logged at most once a minute.", EventName = "BodyTooLarge")]
    public static partial void BodyTooLarge(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string maxBodySize);

    [LoggerMessage(10, LogLevel.Information, "Calls at {Endpoint} ended before their bodies were complete. Nothing was stored, and no response was sent. Calls since the last message: {Count}. Latest: {RemoteAddress} ({Reason}). Logged at most once a minute.", EventName = "BodyTorn")]
    public static partial void BodyTorn(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(11, LogLevel.Error, "Refused calls at {Endpoint} with 500 because a middleware read their bodies before the receiver, so their events can't be read. A likely cause is a middleware that reads forms, because the server may send application/x-www-form-urlencoded. Place the endpoint before the middleware, or make the middleware call Request.EnableBuffering() and leave the stream open. Calls since the last message: {Count} (latest: {Reason}). Logged at most once a minute.", EventName = "BodyConsumed")]
    public static partial void BodyConsumed(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(12, LogLevel.Error, "The changed options of {Endpoint} are not valid: {Problems} Guards are validated separately. All other options keep their last valid values. Correct the configuration.", EventName = "OptionsRefused")]
    public static partial void OptionsRefused(ILogger logger, Exception? exception, EndpointLabel endpoint, string problems);

    [LoggerMessage(13, LogLevel.Information, "Refused calls at {Endpoint} with 405 because their method is not POST. Calls since the last message: {Count}. Latest: {Method} from {RemoteAddress}. Logged at most once a minute.", EventName = "MethodNotAllowed")]
    public static partial void MethodNotAllowed(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string method);

    [LoggerMessage(14, LogLevel.Warning, "Refused calls at {Endpoint} with 403 because their address is not in AllowedNetworks. Calls since the last message: {Count}. Latest: {RemoteAddress}. Logged at most once a minute.", EventName = "Forbidden")]
    public static partial void Forbidden(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(15, LogLevel.Warning, "Refused calls at {Endpoint} with 414 because their query is longer than MaxQueryLength. Calls since the last message: {Count}. Latest: {RemoteAddress}. Logged at most once a minute.", EventName = "QueryTooLong")]
    public static partial void QueryTooLong(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(16, LogLevel.Warning, "Refused calls at {Endpoint} with 401 because their callback URL has no valid signature: the signature is missing, does not match the endpoint, path and query, or was made with a key that is no longer in CallbackKeys. If a proxy removes a prefix from the path, set CallbackPathPrefix to the prefix. Calls since the last message: {Count}. Latest: {RemoteAddress}, path {Paths}. Logged at most once a minute.", EventName = "CallbackUrlRefused")]
    public static partial void CallbackUrlRefused(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string paths);

    [LoggerMessage(17, LogLevel.Warning, "Refused calls at {Endpoint} with 401 because their callback URL has expired. Create URLs with a later expiry, or without one. Calls since the last message: {Count}. Latest: {RemoteAddress}, path '{Path}'. Logged at most once a minute.", EventName = "CallbackUrlExpired")]
    public static partial void CallbackUrlExpired(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string path);

    [LoggerMessage(18, LogLevel.Information, "No guard: everyone who can reach {Endpoint} can send events. This is allowed only in the Development environment; in any other environment the start fails. Before you deploy, set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks.", EventName = "NoGuardYet")]
    public static partial void NoGuardYet(ILogger logger, EndpointLabel endpoint);

    [LoggerMessage(19, LogLevel.Error, "The changed guards of {Endpoint} do not fully apply: {Problems} Until the configuration is corrected, the endpoint keeps the affected guards of the last configuration. To revoke the last secret, replace it. To open the endpoint to everyone, set AllowAnonymousCalls to true.", EventName = "GuardsKept")]
    public static partial void GuardsKept(ILogger logger, EndpointLabel endpoint, string problems);

    [LoggerMessage(20, LogLevel.Warning, "Nothing receives the calls to {Endpoint}. Map it with app.MapWebSoEvents({Arguments}), or add a listener with AddHttpListener(\"http://localhost:8085/webso/events/\"). If this process only handles events that another process stores, set HandleOnly of the inbox.", EventName = "NotMapped")]
    public static partial void NotMapped(ILogger logger, EndpointLabel endpoint, string arguments);

    [LoggerMessage(21, LogLevel.Warning, "Secrets of {Endpoint} have fewer than {MinLength} characters and can be guessed: {Names}. Replace them with random secrets, for example from 'openssl rand -hex 32'.", EventName = "ShortSecret")]
    public static partial void ShortSecret(ILogger logger, EndpointLabel endpoint, int minLength, string names);

    [LoggerMessage(22, LogLevel.Warning, "A call at {Endpoint} from {RemoteAddress} sent its secret over plain HTTP, where others can read it. Use https in webso_events_url. If a proxy terminates HTTPS, forward the scheme to ASP.NET Core: call app.UseForwardedHeaders() with XForwardedProto and the proxy in KnownProxies before MapWebSoEvents. Logged once per endpoint.", EventName = "PlainHttp")]
    public static partial void PlainHttp(ILogger logger, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(23, LogLevel.Error, "Every call of {Endpoint} is answered with 503 because its setup is not valid: {Problems}", EventName = "SetupRefused")]
    public static partial void SetupRefused(ILogger logger, EndpointLabel endpoint, string problems);

    [LoggerMessage(24, LogLevel.Warning, "A configuration change removed guards of {Endpoint}: {Removed}. Guards that remain: {Remaining}. Calls that only the removed guards refused are now accepted. If this is not intended, restore the guards in the configuration; they apply again when it is reloaded.", EventName = "GuardRemoved")]
    public static partial void GuardRemoved(ILogger logger, EndpointLabel endpoint, string removed, string remaining);

    [LoggerMessage(25, LogLevel.Warning, "Everyone on the network can send events to {Endpoint}: it has no guard, and {Address} listens on all networks of this machine. Listen on localhost, or set options.RequireHeader, options.RequireBasicAuthentication, options.RequireSignedCallbackUrl or options.AllowedNetworks. Logged once per endpoint, and only in the Development environment: in any other environment an endpoint without a guard does not start unless AllowAnonymousCalls is true.", EventName = "OpenToNetwork")]
    public static partial void OpenToNetwork(ILogger logger, EndpointLabel endpoint, string address);

    [LoggerMessage(39, LogLevel.Information, "More than 100 unknown event names arrived at {Endpoint} within an hour. Further events with unknown names that were {Outcome} since the last message: {Count}. Latest: {Event}. Unknown names are logged again after the hour. If the server does not send these events, restrict who can call the endpoint.", EventName = "NamesNotLogged")]
    public static partial void NamesNotLogged(ILogger logger, long count, EndpointLabel endpoint, string outcome, string @event);

    [LoggerMessage(30, LogLevel.Warning, "The event {Event} at {Endpoint} is incomplete: a documented property is missing, empty or unreadable, the charset of the document ID was guessed, or extra properties were omitted. Handlers receive the event with IsComplete false and default values. Compare the body with the documentation, and check the version and the charset of the server. Logged once per event name.", EventName = "Incomplete")]
    public static partial void Incomplete(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(34, LogLevel.Warning, "Refused calls at {Endpoint} with 400 because the framing or compression of their bodies is not valid. Calls since the last message: {Count}. Latest: {RemoteAddress} ({Reason}). Logged at most once a minute.", EventName = "BodyMalformed")]
    public static partial void BodyMalformed(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Refused calls at {Endpoint} with 400 because they have no body. Calls since the last message: {Count}. Latest: {RemoteAddress}. Logged at most once a minute.", EventName = "BodyEmpty")]
    public static partial void BodyEmpty(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress);

    [LoggerMessage(36, LogLevel.Warning, "Refused calls at {Endpoint} with 503 because the bodies that are being received and handled have reached the limit of {MaxBytes} bytes. Likely causes are many slow senders, or slow handlers. Reduce MaxBodySize or BodyTimeout, add an inbox, or use a proxy that buffers requests. Calls since the last message: {Count}. Logged at most once a minute.", EventName = "TooManyBodies")]
    public static partial void TooManyBodies(ILogger logger, long count, EndpointLabel endpoint, int maxBytes);
}
