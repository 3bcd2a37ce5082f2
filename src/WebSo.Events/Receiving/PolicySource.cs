using Microsoft.Extensions.Options;

namespace WebSo.Events;

// The policy of the options as they stand now.
internal sealed class PolicySource(string endpointName, IOptionsMonitor<WebSoEventsOptions> monitor)
{
    private ReceiverPolicy _policy = new(monitor.Get(endpointName));

    public ReceiverPolicy Current
    {
        get
        {
            var options = monitor.Get(endpointName);
            var policy = Volatile.Read(ref _policy);
            if (ReferenceEquals(policy.Options, options))
                return policy;

            policy = new ReceiverPolicy(options);
            Volatile.Write(ref _policy, policy);
            return policy;
        }
    }
}
