namespace WebSo.Events;

// From which due time on there is something to claim at an endpoint, as long as each claim gets all that it asked for. What was handled
// before it is in the index until the next vacuum, and a claim that began there would go over all of it: a busy minute's tens of thousands.
// A hint of this process: once a second, and whenever less is found than was asked for, a claim begins at the beginning.
// Claims may overlap: what each has found holds for what it saw, less what came up while it was under way, so any may set the front.
internal sealed class ClaimFront(TimeProvider timeProvider)
{
    private static readonly TimeSpan s_validity = TimeSpan.FromSeconds(1);

    // What was stored beside what is claimed may be due before it, and be committed after it.
    private static readonly TimeSpan s_overlap = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly List<Claim> _underWay = [];
    private DateTime? _from;

    // When the last claim began that looked from the beginning, of those that led to the front.
    private long _since;

    public Claim Begin(bool atTheBeginning = false)
    {
        lock (_gate)
        {
            var isValid = !atTheBeginning && _from is not null && timeProvider.GetElapsedTime(_since) < s_validity;
            var claim = isValid ? new Claim(_from, _since) : new Claim(null, timeProvider.GetTimestamp());
            _underWay.Add(claim);
            return claim;
        }
    }

    // First: the due time of the first that was claimed, where more may be due than was asked for; otherwise null.
    public void End(Claim claim, DateTime? first)
    {
        lock (_gate)
        {
            _underWay.Remove(claim);
            (_from, _since) = (first - s_overlap, claim.Since);
            Lower(claim.Missed);
        }
    }

    // Others may have passed over what it had locked.
    public void Fail(Claim claim)
    {
        lock (_gate)
        {
            _underWay.Remove(claim);
            Miss(DateTime.MinValue);
        }
    }

    // Something that is due since then, or null: since whenever, can be claimed again.
    public void Include(DateTime? dueAt)
    {
        lock (_gate)
            Miss(dueAt ?? DateTime.MinValue);
    }

    private void Miss(DateTime dueAt)
    {
        Lower(dueAt);
        foreach (var claim in _underWay)
            claim.Missed = dueAt < claim.Missed ? dueAt : claim.Missed;
    }

    private void Lower(DateTime dueAt)
    {
        if (dueAt < _from)
            _from = dueAt == DateTime.MinValue ? null : dueAt;
    }

    // From: null is the beginning. Since: when that was looked at. Missed: the first that came up while it was under way, which it may not
    // have seen.
    internal sealed class Claim(DateTime? from, long since)
    {
        public DateTime? From => from;

        public long Since => since;

        public DateTime Missed { get; set; } = DateTime.MaxValue;
    }
}
