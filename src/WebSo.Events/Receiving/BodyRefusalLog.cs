using System.Globalization;
using System.Net;

namespace WebSo.Events.Receiving;

// The throttled log lines about bodies that could not be read.
internal sealed class BodyRefusalLog(Endpoint endpoint)
{
    private readonly RefusalLog _timeout = new(endpoint.TimeProvider, (count, from, reason) => ReceiverLog.BodyTimeout(endpoint.Logger, count, endpoint.Name, from, reason));
    private readonly RefusalLog _tooLarge = new(endpoint.TimeProvider, (count, from, limit) => ReceiverLog.BodyTooLarge(endpoint.Logger, count, endpoint.Name, from, limit));
    private readonly RefusalLog _consumed = new(endpoint.TimeProvider, (count, _, reason) => ReceiverLog.BodyConsumed(endpoint.Logger, count, endpoint.Name, reason));
    private readonly RefusalLog _torn = new(endpoint.TimeProvider, (count, from, reason) => ReceiverLog.BodyTorn(endpoint.Logger, count, endpoint.Name, from, reason));
    private readonly RefusalLog _malformed = new(endpoint.TimeProvider, (count, from, reason) => ReceiverLog.BodyMalformed(endpoint.Logger, count, endpoint.Name, from, reason));
    private readonly RefusalLog _empty = new(endpoint.TimeProvider, (count, from, _) => ReceiverLog.BodyEmpty(endpoint.Logger, count, endpoint.Name, from));
    private readonly RefusalLog _tooMany = new(endpoint.TimeProvider, (count, _, _) => ReceiverLog.TooManyBodies(endpoint.Logger, count, endpoint.Name, BodyReader.MaxBytesHeld));

    public void Add(ReceiveOutcome outcome, IPAddress? remoteAddress, string reason, WebSoEventsOptions options)
    {
        switch (outcome)
        {
            case ReceiveOutcome.BodyTimeout:
                _timeout.Add(remoteAddress, reason);
                break;
            case ReceiveOutcome.BodyTooLarge:
                _tooLarge.Add(remoteAddress, options.MaxBodySize.ToString(CultureInfo.InvariantCulture));
                break;
            case ReceiveOutcome.BodyConsumed:
                _consumed.Add(remoteAddress, reason.Length > 0 ? reason : "fewer bytes remain than announced");
                break;
            case ReceiveOutcome.BodyMalformed:
                _malformed.Add(remoteAddress, reason);
                break;
            case ReceiveOutcome.BodyEmpty:
                _empty.Add(remoteAddress);
                break;
            case ReceiveOutcome.Unavailable:
                _tooMany.Add(remoteAddress);
                break;
            default:
                _torn.Add(remoteAddress, reason.Length > 0 ? reason : "the body ended before its announced length");
                break;
        }
    }
}
