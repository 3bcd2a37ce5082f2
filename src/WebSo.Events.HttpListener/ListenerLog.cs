using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class ListenerLog
{
    [LoggerMessage(51, LogLevel.Information, "Listening for calls of {Endpoint} on {Prefixes}.", EventName = "Listening")]
    public static partial void Listening(ILogger logger, EndpointLabel endpoint, string prefixes);

    [LoggerMessage(52, LogLevel.Warning, "HttpListener failed to accept calls {Count} times at {Endpoint} since the last message of this kind ({Reason}). It tries again every 100 ms. Logged at most once a minute.", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(53, LogLevel.Warning, "Refused {Count} calls with 503 at {Endpoint} since the last message of this kind: MaxConcurrentRequests ({MaxConcurrentRequests}) calls were being received. The last one came from {RemoteAddress}. Logged at most once a minute.", EventName = "TooManyRequests")]
    public static partial void TooManyRequests(ILogger logger, long count, EndpointLabel endpoint, int maxConcurrentRequests, string remoteAddress);

    [LoggerMessage(54, LogLevel.Error, "{Count} calls failed unexpectedly at {Endpoint} since the last message of this kind. None was answered with 200. The exception is that of the last one. Logged at most once a minute.", EventName = "ReceiveFailed")]
    public static partial void ReceiveFailed(ILogger logger, long count, EndpointLabel endpoint, Exception? exception);

    [LoggerMessage(55, LogLevel.Information, "{Count} calls at {Endpoint} ended without an answer from the receiver since the last message of this kind: the client closed the connection, or HttpListener refused the call itself, as it does with 411 if there is no Content-Length (last one: {Reason}). Logged at most once a minute.", EventName = "AnswerLost")]
    public static partial void AnswerLost(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(56, LogLevel.Warning, "{Count} calls of {Endpoint} did not end within the DrainTimeout of {DrainTimeout} after the listener was stopped. Their connections are closed without an answer.", EventName = "CutOff")]
    public static partial void CutOff(ILogger logger, EndpointLabel endpoint, int count, TimeSpan drainTimeout);

    // A name is often called by another one; an address seldom is.
    [LoggerMessage(EventId = 57, EventName = "HostOnlyPrefix", Message = "The prefix {Prefix} of {Endpoint} receives only calls whose Host header names '{Host}'. To all others (another name of this machine, its address, a reverse proxy that passes the Host header of its caller), HttpListener answers 404 itself and nothing is logged. To receive calls for every name, use '+' as the host.")]
    public static partial void HostOnlyPrefix(ILogger logger, LogLevel level, string prefix, EndpointLabel endpoint, string host);

    [LoggerMessage(58, LogLevel.Warning, "Every call at {Endpoint} is answered with 403: the listener is on loopback ({Prefixes}), so calls come from this machine only, and no network of AllowedNetworks contains its loopback addresses. To receive calls from other machines, use '+' as the host. Behind a reverse proxy on this machine, HttpListener sees the proxy's address: restrict networks in the proxy, and add another guard here.", EventName = "LoopbackExcluded")]
    public static partial void LoopbackExcluded(ILogger logger, EndpointLabel endpoint, string prefixes);
}
