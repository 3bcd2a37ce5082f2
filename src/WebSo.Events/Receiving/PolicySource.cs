namespace WebSo.Events.Receiving;

// The policy of the options as they stand now.
internal sealed class PolicySource(Endpoint endpoint)
{
    private ReceiverPolicy _policy = new(endpoint.Options);

    public ReceiverPolicy Current
    {
        get
        {
            var options = endpoint.Options;
            var policy = Volatile.Read(ref _policy);
            if (ReferenceEquals(policy.Options, options))
                return policy;

            policy = new ReceiverPolicy(options);
            Volatile.Write(ref _policy, policy);
            return policy;
        }
    }
}
