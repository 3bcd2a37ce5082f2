using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Listener.Logging;

// Log messages that unknown callers can cause. Each kind is logged at most once a minute, with a count.
internal sealed class ListenerLines
{
    private readonly RefusalLog _tooMany;
    private readonly RefusalLog _acceptFailed;
    private readonly ThrottledLine<Exception> _receiveFailed;
    private readonly RefusalLog _answerLost;

    public ListenerLines(string endpointName, int maxConcurrentRequests, TimeProvider timeProvider, ILogger logger)
    {
        _tooMany = new(timeProvider, (count, from, _) =>
            ListenerLog.TooManyRequests(logger, count, endpointName, maxConcurrentRequests, from?.ToString() ?? "an unknown address"));
        _acceptFailed = new(timeProvider, (count, _, reason) => ListenerLog.AcceptFailed(logger, count, endpointName, reason));
        _receiveFailed = new(timeProvider, (count, failure) => ListenerLog.ReceiveFailed(logger, count, endpointName, failure));
        _answerLost = new(timeProvider, (count, _, reason) => ListenerLog.AnswerLost(logger, count, endpointName, reason));
    }

    public void TooManyRequests(IPAddress? remoteAddress) => _tooMany.Add(remoteAddress);

    public void AcceptFailed(Exception exception) => _acceptFailed.Add(remoteAddress: null, exception.GetType().Name);

    public void ReceiveFailed(Exception exception) => _receiveFailed.Add(exception);

    public void AnswerLost(string reason) => _answerLost.Add(remoteAddress: null, reason);
}
