namespace WebSo.Events;

// What can be wrong with the keys of a config.ini.
internal static class KeyLint
{
    // How many letters may be wrong in a key of another prefix, for it to be taken for one of ours.
    private const int MaxDistance = 2;

    private static readonly string[] s_keys =
    [
        "webso_events_url", "webso_events_filter", "webso_events_retry", "webso_events_retries", "webso_events_keys", "webso_events_values",
    ];

    public static IEnumerable<WebSoLintFinding> Check(IReadOnlyList<ConfigurationLine> lines)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (Array.IndexOf(s_keys, line.Key) < 0)
            {
                yield return new WebSoLintFinding(
                    "key-unknown",
                    WebSoLintSeverity.Warning,
                    line.Number,
                    $"The key {LogText.Of(line.Key)} is not documented.",
                    "The server ignores it.",
                    $"Write {NearestName.Of(line.Key, s_keys)}, if that is meant.");
            }
            else if (seen.TryGetValue(line.Key, out var before))
            {
                yield return new WebSoLintFinding(
                    "key-twice",
                    WebSoLintSeverity.Warning,
                    line.Number,
                    $"The key {line.Key} is given before, at line {before}.",
                    "Which one counts is not documented.",
                    "Delete one of them.");
            }

            seen[line.Key] = line.Number;
        }
    }

    // Of the keys that are not about events, those that are much like one that is.
    public static IEnumerable<WebSoLintFinding> CheckOthers(IReadOnlyList<ConfigurationLine> lines)
    {
        foreach (var line in lines)
        {
            var nearest = NearestName.Of(line.Key, s_keys);
            if (Math.Abs(line.Key.Length - nearest.Length) > MaxDistance || NearestName.Distance(line.Key, nearest) > MaxDistance)
                continue;

            yield return new WebSoLintFinding(
                "key-misspelt",
                WebSoLintSeverity.Warning,
                line.Number,
                $"The key {LogText.Of(line.Key)} is much like {nearest}, and is not it.",
                "Keys are documented in lower case and in this spelling only: the server likely ignores the line.",
                $"Write {nearest}, if that is meant.");
        }
    }
}
