using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class ListenerLog
{
    [LoggerMessage(51, LogLevel.Information, "Listening for the events of the endpoint '{Endpoint}' on {Prefixes}.", EventName = "Listening")]
    public static partial void Listening(ILogger logger, string endpoint, string prefixes);

    [LoggerMessage(52, LogLevel.Warning, "HttpListener failed to accept a call at the endpoint '{Endpoint}'. Listening goes on.", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string endpoint, Exception exception);

    [LoggerMessage(53, LogLevel.Warning, "Refused {Count} calls at the endpoint '{Endpoint}' since the last line of this kind, since MaxConcurrentRequests, {MaxConcurrentRequests}, were under way. Answered 503. This is said at most once a minute.", EventName = "TooManyRequests")]
    public static partial void TooManyRequests(ILogger logger, long count, string endpoint, int maxConcurrentRequests);

    [LoggerMessage(54, LogLevel.Error, "A call at the endpoint '{Endpoint}' failed. It is not answered with 200.", EventName = "ReceiveFailed")]
    public static partial void ReceiveFailed(ILogger logger, string endpoint, Exception exception);

    [LoggerMessage(55, LogLevel.Information, "The answer to a call at the endpoint '{Endpoint}' could not be written: the connection is gone, or HttpListener has answered itself.", EventName = "AnswerLost")]
    public static partial void AnswerLost(ILogger logger, string endpoint, Exception exception);

    [LoggerMessage(56, LogLevel.Warning, "The listener of the endpoint '{Endpoint}' stops, and {Count} calls were not through within {StopTimeout}: they are cut off without an answer.", EventName = "CutOff")]
    public static partial void CutOff(ILogger logger, string endpoint, int count, TimeSpan stopTimeout);
}
