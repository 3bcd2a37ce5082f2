using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Configuration;

// A key in our sections that nothing reads: it would be ignored, and with it what the user wanted.
internal static class UnknownKey
{
    // The problem is one of the key that was likely meant, so that a misspelled guard is a problem of the guards.
    public static SectionProblem Of(IConfigurationSection child, IReadOnlyList<string> known)
    {
        var nearest = NearestName.Of(child.Key, known);
        var isNear = NearestName.Distance(child.Key, nearest) <= NearestName.MaxDistance
            || nearest.StartsWith(child.Key, StringComparison.OrdinalIgnoreCase)
            || child.Key.StartsWith(nearest, StringComparison.OrdinalIgnoreCase);
        var message = $"{child.Path} is not a known key, so it would be ignored. Did you mean {nearest}? "
            + $"Known keys: {string.Join(", ", known.OrderBy(key => key, StringComparer.Ordinal))}. Keys that begin with '_' or '$' are ignored.";
        return new SectionProblem(isNear ? nearest : child.Key, message);
    }
}
