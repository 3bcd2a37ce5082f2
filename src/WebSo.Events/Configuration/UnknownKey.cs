using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// Reports a key that nothing reads.
internal static class UnknownKey
{
    // The problem is attributed to the key that was likely intended, so that a misspelled guard counts as a problem with guards.
    public static ConfigurationProblem Of(IConfigurationSection child, IReadOnlyList<string> known)
    {
        var nearest = NearestName.Of(child.Key, known);
        var isNear = NearestName.Distance(child.Key, nearest) <= NearestName.MaxDistance
            || nearest.StartsWith(child.Key, StringComparison.OrdinalIgnoreCase)
            || child.Key.StartsWith(nearest, StringComparison.OrdinalIgnoreCase);
        var message = $"{child.Path} is not a known key, so it would be ignored. Did you mean {nearest}? "
            + $"Known keys: {string.Join(", ", known.OrderBy(key => key, StringComparer.Ordinal))}. Keys that begin with '_' or '$' are ignored.";
        return new ConfigurationProblem(isNear ? nearest : child.Key, message);
    }
}
