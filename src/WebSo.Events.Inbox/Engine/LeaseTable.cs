using System.Collections.Concurrent;

namespace WebSo.Events.Inbox.Engine;

// The leases of this process.
internal sealed class LeaseTable
{
    private readonly ConcurrentDictionary<long, Lease> _leases = new();

    // The duration of a lease unless it is renewed.
    public TimeSpan Duration { get; set; } = InboxEngine.DefaultLeaseDuration;

    public void Add(Lease lease) => _leases[lease.Sequence] = lease;

    public void Remove(Lease lease) => ((ICollection<KeyValuePair<long, Lease>>)_leases).Remove(new KeyValuePair<long, Lease>(lease.Sequence, lease));

    public void SetHasWaiting(long sequence)
    {
        if (_leases.TryGetValue(sequence, out var lease))
            lease.HasWaiting = true;
    }
}
