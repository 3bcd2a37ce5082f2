using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// The policy of the options as they stand now. Changed options that are not valid leave the last valid ones in force.
internal sealed class PolicySource(string endpointName, IOptionsMonitor<WebSoEventsOptions> monitor, ILogger logger)
{
    private ReceiverPolicy _policy = new(monitor.Get(endpointName));
    private string? _refused;

    public ReceiverPolicy Current
    {
        get
        {
            WebSoEventsOptions options;
            try
            {
                options = monitor.Get(endpointName);
            }
            catch (OptionsValidationException e)
            {
                if (Interlocked.Exchange(ref _refused, e.Message) != e.Message)
                    ReceiverLog.OptionsRefused(logger, endpointName, e.Message);
                return Volatile.Read(ref _policy);
            }

            var policy = Volatile.Read(ref _policy);
            if (ReferenceEquals(policy.Options, options))
                return policy;

            policy = new ReceiverPolicy(options);
            Volatile.Write(ref _policy, policy);
            Volatile.Write(ref _refused, null);
            return policy;
        }
    }
}
