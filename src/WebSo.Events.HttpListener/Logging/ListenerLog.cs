using Microsoft.Extensions.Logging;

namespace WebSo.Events.Listener.Logging;

internal static partial class ListenerLog
{
    [LoggerMessage(51, LogLevel.Information, "Listening on {Prefixes} for {Endpoint}.", EventName = "Listening")]
    public static partial void Listening(ILogger logger, EndpointLabel endpoint, string prefixes);

    [LoggerMessage(52, LogLevel.Warning, "HttpListener failed to accept calls for {Endpoint} (failures since the last message of this kind: {Count}, last reason: {Reason}). It tries again every 100 ms. Logged at most once a minute.", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(53, LogLevel.Warning, "Calls to {Endpoint} were answered with 503, because MaxConcurrentRequests ({MaxConcurrentRequests}) was reached (calls since the last message of this kind: {Count}, last address: {RemoteAddress}). The server retries them if retries are configured. If this happens often, increase MaxConcurrentRequests or use an inbox. Logged at most once a minute.", EventName = "TooManyRequests")]
    public static partial void TooManyRequests(ILogger logger, long count, EndpointLabel endpoint, int maxConcurrentRequests, string remoteAddress);

    [LoggerMessage(54, LogLevel.Error, "Calls to {Endpoint} failed unexpectedly and were not answered with 200 (calls since the last message of this kind: {Count}). The exception is from the last one. Logged at most once a minute.", EventName = "ReceiveFailed")]
    public static partial void ReceiveFailed(ILogger logger, long count, EndpointLabel endpoint, Exception? exception);

    [LoggerMessage(55, LogLevel.Information, "Calls to {Endpoint} ended without a response from the receiver (calls since the last message of this kind: {Count}, last reason: {Reason}). Either the client closed the connection, or HttpListener itself refused the call, for example with 411 if Content-Length is missing. Logged at most once a minute.", EventName = "AnswerLost")]
    public static partial void AnswerLost(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(56, LogLevel.Warning, "Calls to {Endpoint} did not end within the DrainTimeout ({DrainTimeout}) after the listener was stopped (calls: {Count}). Their connections are closed without a response.", EventName = "CutOff")]
    public static partial void CutOff(ILogger logger, EndpointLabel endpoint, int count, TimeSpan drainTimeout);

    // Information for an address: callers seldom use another name for an address, but often do for a name.
    [LoggerMessage(EventId = 57, EventName = "HostOnlyPrefix", Message = "The prefix {Prefix} of {Endpoint} receives only calls whose Host header names '{Host}'. HttpListener itself answers all other calls with 404, and they are not logged. Examples are calls for another name or the address of this machine, or from a reverse proxy that passes on the Host header of its caller. To receive calls for every name, use '+' as the host.")]
    public static partial void HostOnlyPrefix(ILogger logger, LogLevel level, string prefix, EndpointLabel endpoint, string host);

    [LoggerMessage(58, LogLevel.Warning, "Every call of {Endpoint} is answered with 403. The listener is on loopback ({Prefixes}), so only this machine can call, and AllowedNetworks does not contain its loopback addresses. To receive calls from other machines, use '+' as the host. Behind a reverse proxy on this machine, HttpListener sees the address of the proxy: restrict networks in the proxy, and add another guard here.", EventName = "LoopbackExcluded")]
    public static partial void LoopbackExcluded(ILogger logger, EndpointLabel endpoint, string prefixes);
}
