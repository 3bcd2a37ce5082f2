namespace WebSo.Events;

// What can be wrong with the keys of a config.ini.
internal static class KeyLint
{
    private const string HeaderNames = "webso_events_keys";
    private const string HeaderValues = "webso_events_values";

    private static readonly string[] s_keys =
    [
        "webso_events_url", "webso_events_filter", "webso_events_retry", "webso_events_retries", HeaderNames, HeaderValues,
    ];

    public static IEnumerable<WebSoLintFinding> Check(ConfigurationLines lines) =>
        lines.Unseparated.Select(Unseparated).Concat(CheckOurs(lines.Ours)).Concat(lines.HasMarkBeforeKey ? [MarkBeforeKey()] : []);

    // Of the keys that are not about events, those that are much like one that is.
    public static IEnumerable<WebSoLintFinding> CheckOthers(IReadOnlyList<ConfigurationLine> lines)
    {
        foreach (var line in lines.Where(line => IsLikeAny(line.Key)))
        {
            var nearest = NearestName.Of(line.Key, s_keys);
            yield return new WebSoLintFinding(
                "key-misspelt",
                SeverityOf(nearest),
                line.Number,
                $"The key {LogText.Of(line.Key)} is not {nearest}, but close to it.",
                "Keys are documented in lower case and in this spelling only, so the server probably ignores the line.",
                $"Write {nearest}, if that is the key you mean.");
        }
    }

    // A key as it may be shown: where its '=' is missing, the value follows at once.
    public static string Shown(string key) => NearestName.Shown(key, s_keys, c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'));

    // Why it is not known from the file which headers the server sends; null where it is.
    public static string? ProblemOfHeaders(WebSoServerConfiguration configuration, ConfigurationLines lines)
    {
        if (lines.Unseparated.Count > 0)
            return $"line {lines.Unseparated[0].Number}: {Unseparated(lines.Unseparated[0]).Problem}";
        if (lines.Ours.Concat(lines.Others).FirstOrDefault(IsMisspeltHeaderKey) is { } misspelt)
            return $"line {misspelt.Number}: the key {LogText.Of(misspelt.Key)} is not {NearestName.Of(misspelt.Key, s_keys)}, but close to it.";
        if (lines.Ours.FirstOrDefault(line => IsHeaderKey(line.Key) && lines.NumberOf(line.Key) != line.Number) is { } twice)
            return $"line {lines.NumberOf(twice.Key)}: the key {twice.Key} is set again; it is also in line {twice.Number}.";
        return new HeaderLint(configuration, lines).FindUncertain() is { } finding ? $"line {finding.Line}: {finding.Problem}" : null;
    }

    private static IEnumerable<WebSoLintFinding> CheckOurs(IReadOnlyList<ConfigurationLine> lines)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (Array.IndexOf(s_keys, line.Key) < 0)
            {
                var nearest = NearestName.Of(line.Key, s_keys);
                yield return new WebSoLintFinding(
                    "key-unknown",
                    IsLikeAny(line.Key) ? SeverityOf(nearest) : WebSoLintSeverity.Warning,
                    line.Number,
                    $"The key {Shown(line.Key)} is not documented.",
                    "The server ignores the line.",
                    $"Write {nearest}, if that is the key you mean.");
            }
            else if (seen.TryGetValue(line.Key, out var before))
            {
                yield return new WebSoLintFinding(
                    "key-twice",
                    SeverityOf(line.Key),
                    line.Number,
                    $"The key {line.Key} is set again; it is also in line {before}.",
                    "Which of the two values the server uses is not documented.",
                    "Delete one of the lines.");
            }

            seen[line.Key] = line.Number;
        }
    }

    private static WebSoLintFinding Unseparated(ConfigurationLine line) => new(
        "key-separator",
        WebSoLintSeverity.Error,
        line.Number,
        $"The key {Shown(line.Key)} is not followed by '='.",
        "Only key=value is documented. The server ignores the line, or reads another key or value from it.",
        $"Write {Shown(line.Key)}=value.");

    private static WebSoLintFinding MarkBeforeKey() => new(
        "file-mark",
        WebSoLintSeverity.Warning,
        1,
        "The file begins with a UTF-8 byte order mark, directly before a key.",
        "Java does not remove the mark. The first key then begins with it, and the server ignores the line.",
        "Save the file as UTF-8 without a byte order mark (BOM), or begin it with a comment line.");

    // A receiver that reads the file must know which headers to require.
    private static WebSoLintSeverity SeverityOf(string key) => IsHeaderKey(key) ? WebSoLintSeverity.Error : WebSoLintSeverity.Warning;

    private static bool IsHeaderKey(string key) => key is HeaderNames or HeaderValues;

    private static bool IsMisspeltHeaderKey(ConfigurationLine line) =>
        Array.IndexOf(s_keys, line.Key) < 0 && IsLikeAny(line.Key) && IsHeaderKey(NearestName.Of(line.Key, s_keys));

    private static bool IsLikeAny(string key) => NearestName.IsNear(key, NearestName.Of(key, s_keys));
}
