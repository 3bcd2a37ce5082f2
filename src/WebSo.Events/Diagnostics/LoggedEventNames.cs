namespace WebSo.Events.Diagnostics;

// The names of events that were logged. A stranger can make up names without end, so those that no type is registered for are
// bounded and forgotten after an hour; what comes beyond the bound is counted, and never hides a registered name or a later hour.
internal sealed class LoggedEventNames(TimeProvider timeProvider, Action<long, string> writeBeyond)
{
    public const int MaxUnknownNames = 100;

    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    private readonly ThrottledLine<string> _beyond = new(timeProvider, writeBeyond);
    private readonly HashSet<string> _registered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private long _begin = timeProvider.GetTimestamp();

    // True: the name was not logged before, so log it now.
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
