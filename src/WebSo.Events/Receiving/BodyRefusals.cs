using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// What is logged of bodies that could not be read.
internal sealed class BodyRefusals(string endpointName, TimeProvider timeProvider, ILogger logger)
{
    private readonly RefusalLine _timeout = new(timeProvider, (count, from, limit) => ReceiverLog.BodyTimeout(logger, count, endpointName, from, limit));
    private readonly RefusalLine _tooLarge = new(timeProvider, (count, from, limit) => ReceiverLog.BodyTooLarge(logger, count, endpointName, from, limit));
    private readonly RefusalLine _consumed = new(timeProvider, (count, _, _) => ReceiverLog.BodyConsumed(logger, count, endpointName));
    private readonly RefusalLine _torn = new(timeProvider, (count, from, _) => ReceiverLog.BodyTorn(logger, count, endpointName, from));

    public void Add(WebSoOutcome outcome, IPAddress? remoteAddress, WebSoEventsOptions options)
    {
        switch (outcome)
        {
            case WebSoOutcome.BodyTimeout:
                _timeout.Add(remoteAddress, options.BodyTimeout.ToString());
                break;
            case WebSoOutcome.BodyTooLarge:
                _tooLarge.Add(remoteAddress, options.MaxBodySize.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case WebSoOutcome.BodyConsumed:
                _consumed.Add(remoteAddress);
                break;
            default:
                _torn.Add(remoteAddress);
                break;
        }
    }
}
