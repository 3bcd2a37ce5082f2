using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// What is logged of bodies that could not be read.
internal sealed class BodyRefusals(string endpointName, TimeProvider timeProvider, ILogger logger)
{
    private readonly RefusalLine _timeout = new(timeProvider, (count, from, reason) => ReceiverLog.BodyTimeout(logger, count, endpointName, from, reason));
    private readonly RefusalLine _tooLarge = new(timeProvider, (count, from, limit) => ReceiverLog.BodyTooLarge(logger, count, endpointName, from, limit));
    private readonly RefusalLine _consumed = new(timeProvider, (count, _, reason) => ReceiverLog.BodyConsumed(logger, count, endpointName, reason));
    private readonly RefusalLine _torn = new(timeProvider, (count, from, reason) => ReceiverLog.BodyTorn(logger, count, endpointName, from, reason));
    private readonly RefusalLine _malformed = new(timeProvider, (count, from, reason) => ReceiverLog.BodyMalformed(logger, count, endpointName, from, reason));
    private readonly RefusalLine _empty = new(timeProvider, (count, from, _) => ReceiverLog.BodyEmpty(logger, count, endpointName, from));
    private readonly RefusalLine _tooMany = new(timeProvider, (count, _, _) => ReceiverLog.TooManyBodies(logger, count, endpointName, BodyReader.MaxBytesHeld));

    public void Add(WebSoOutcome outcome, IPAddress? remoteAddress, string reason, WebSoEventsOptions options)
    {
        switch (outcome)
        {
            case WebSoOutcome.BodyTimeout:
                _timeout.Add(remoteAddress, reason);
                break;
            case WebSoOutcome.BodyTooLarge:
                _tooLarge.Add(remoteAddress, options.MaxBodySize.ToString(CultureInfo.InvariantCulture));
                break;
            case WebSoOutcome.BodyConsumed:
                _consumed.Add(remoteAddress, reason.Length > 0 ? reason : "fewer bytes are left than were announced");
                break;
            case WebSoOutcome.BodyMalformed:
                _malformed.Add(remoteAddress, reason);
                break;
            case WebSoOutcome.BodyEmpty:
                _empty.Add(remoteAddress);
                break;
            case WebSoOutcome.Unavailable:
                _tooMany.Add(remoteAddress);
                break;
            default:
                _torn.Add(remoteAddress, reason.Length > 0 ? reason : "it ended before the announced length");
                break;
        }
    }
}
