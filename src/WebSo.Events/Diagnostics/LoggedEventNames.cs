namespace WebSo.Events.Diagnostics;

// Tracks the event names that were logged. A sender can invent any number of names, so names without an event type are limited, and
// forgotten after an hour. Names beyond the limit are only counted, and don't affect registered names or later hours.
internal sealed class LoggedEventNames(TimeProvider timeProvider, Action<long, string> writeBeyond)
{
    public const int MaxUnknownNames = 100;

    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    private readonly ThrottledLine<string> _beyond = new(timeProvider, writeBeyond);
    private readonly HashSet<string> _registered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private long _begin = timeProvider.GetTimestamp();

    // Returns true if the name must be logged now.
    public bool TryAdd(WebSoEvent e)
    {
        var name = LogText.Of(e.EventName);
        lock (_registered)
        {
            if (e is not UnknownWebSoEvent)
                return _registered.Add(name);

            if (timeProvider.GetElapsedTime(_begin) >= s_period)
            {
                _unknown.Clear();
                _begin = timeProvider.GetTimestamp();
            }

            if (_unknown.Contains(name))
                return false;
            if (_unknown.Count < MaxUnknownNames)
                return _unknown.Add(name);
        }

        _beyond.Add(name);
        return false;
    }
}
