namespace WebSo.Events;

/// <summary>Which events are let through. In the form of <c>webso_events_filter</c> of the server's config.ini.</summary>
public sealed class WebSoEventFilter
{
    private readonly HashSet<string>? _names;

    private WebSoEventFilter(HashSet<string>? names) => _names = names;

    /// <summary>Lets every event through.</summary>
    public static WebSoEventFilter All { get; } = new(null);

    /// <summary>The names that are let through, in no order; empty means all.</summary>
    public IReadOnlyCollection<string> Names => _names is null ? [] : _names;

    /// <summary>Reads a filter: event names separated by commas, spaces around them ignored.</summary>
    /// <param name="filter">The names, as <c>RENDER_RETURN,USER_FINISH</c>. Null, empty, or without any name: all events.</param>
    public static WebSoEventFilter Parse(string? filter)
    {
        if (filter is null)
            return All;

        var names = filter.Split(',').Select(name => name.Trim()).Where(name => name.Length > 0);
        var set = new HashSet<string>(names, StringComparer.Ordinal);
        return set.Count == 0 ? All : new WebSoEventFilter(set);
    }

    /// <summary>Whether an event of this name is let through. Upper and lower case differ.</summary>
    public bool Matches(string eventName)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        return _names is null || _names.Contains(eventName);
    }

    /// <summary>The names with commas between them, as config.ini has them; empty for all.</summary>
    public override string ToString() => _names is null ? "" : string.Join(",", _names);
}
