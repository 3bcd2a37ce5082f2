namespace WebSo.Events;

// From which due time on there is something to claim at an endpoint, as long as each claim gets all that it asked for. What was handled
// before it is in the index until the next vacuum, and a claim that began there would go over all of it: a busy minute's tens of thousands.
// A hint of this process: once a second, and whenever less is found than was asked for, a claim begins at the beginning.
internal sealed class ClaimFront(TimeProvider timeProvider)
{
    private static readonly TimeSpan s_validity = TimeSpan.FromSeconds(1);

    // What was stored beside what is claimed may be due before it, and be committed after it.
    private static readonly TimeSpan s_overlap = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private DateTime? _from;
    private long _since;

    // Of what came up while a claim was under way, which may not have seen it.
    private DateTime? _meanwhile;

    // Null: from the beginning.
    public DateTime? Begin()
    {
        lock (_gate)
        {
            _meanwhile = null;
            if (_from is not null && timeProvider.GetElapsedTime(_since) >= s_validity)
                _from = null;
            return _from;
        }
    }

    // First: the due time of the first that was claimed, where more may be due than was asked for; otherwise null.
    public void End(DateTime? first)
    {
        lock (_gate)
        {
            if (_from is null)
                _since = timeProvider.GetTimestamp();
            _from = first is null || _meanwhile == DateTime.MinValue ? null : first.Value - s_overlap;
            if (_meanwhile < _from)
                _from = _meanwhile;
        }
    }

    // Something that is due since then, or null: since whenever, can be claimed again.
    public void Include(DateTime? dueAt)
    {
        lock (_gate)
        {
            var since = dueAt ?? DateTime.MinValue;
            _meanwhile = _meanwhile < since ? _meanwhile : since;
            if (dueAt is null || dueAt < _from)
                _from = dueAt;
        }
    }
}
