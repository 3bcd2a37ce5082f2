namespace WebSo.Events;

/// <summary>
/// Selects events by name, in the format of <c>webso_events_filter</c> in the server's config.ini. Immutable and thread-safe.
/// </summary>
/// <example>
/// <code>
/// var filter = WebSoEventFilter.Parse("RENDER_RETURN,USER_FINISH");
/// bool matches = filter.Matches("USER_FINISH"); // true
/// </code>
/// </example>
public sealed class WebSoEventFilter
{
    private readonly HashSet<string>? _names;

    private WebSoEventFilter(HashSet<string>? names) => _names = names;

    /// <summary>Gets the filter that matches every event.</summary>
    public static WebSoEventFilter All { get; } = new(null);

    /// <summary>Gets the event names that the filter matches, in no particular order. Empty if the filter matches every event.</summary>
    public IReadOnlyCollection<string> Names => _names is null ? [] : _names;

    /// <summary>Parses a comma-separated list of event names. Spaces around names are ignored.</summary>
    /// <param name="filter">
    /// The names, for example <c>RENDER_RETURN,USER_FINISH</c>. If null or without any name, the filter matches every event.
    /// </param>
    public static WebSoEventFilter Parse(string? filter)
    {
        if (filter is null)
            return All;

        var names = filter.Split(',').Select(name => name.Trim()).Where(name => name.Length > 0);
        var set = new HashSet<string>(names, StringComparer.Ordinal);
        return set.Count == 0 ? All : new WebSoEventFilter(set);
    }

    /// <summary>Returns whether the filter matches an event name. Names are case-sensitive.</summary>
    /// <param name="eventName">The event name, for example <c>USER_FINISH</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="eventName"/> is null.</exception>
    public bool Matches(string eventName)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        return _names is null || _names.Contains(eventName);
    }

    /// <summary>Returns the comma-separated names, as in config.ini. Empty if the filter matches every event.</summary>
    public override string ToString() => _names is null ? "" : string.Join(",", _names);
}
