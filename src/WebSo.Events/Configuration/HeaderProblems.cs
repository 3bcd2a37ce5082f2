namespace WebSo.Events.Configuration;

// Mistakes that make the headers of a config.ini ambiguous. A receiver refuses such a file; the linter adds effects and fixes.
internal static class HeaderProblems
{
    // The first problem, with its line number. Null if the headers are unambiguous.
    public static string? Find(ConfigurationLines lines)
    {
        if (lines.Unseparated.Count > 0)
            return $"line {lines.Unseparated[0].Number}: {NoEqualsSign(lines.Unseparated[0])}";
        if (lines.Ours.Concat(lines.Others).FirstOrDefault(IsMisspelledHeaderKey) is { } misspelled)
            return $"line {misspelled.Number}: {Misspelled(misspelled)}";
        if (lines.Ours.FirstOrDefault(line => ServerKeys.IsHeaderKey(line.Key) && lines.NumberOf(line.Key) != line.Number) is { } first)
            return $"line {lines.NumberOf(first.Key)}: {SetTwice(first)}";
        if (UnequalCounts(lines) is { } counts)
            return $"line {CountsLine(lines)}: {counts}";
        return DuplicateNames(lines).FirstOrDefault() is { } duplicate ? $"line {lines.NumberOf(ServerKeys.HeaderNames)}: {duplicate}" : null;
    }

    public static string NoEqualsSign(ConfigurationLine line) => $"The key {ServerKeys.Show(line.Key)} is not followed by '='.";

    public static string Misspelled(ConfigurationLine line) => $"The key {LogText.Of(line.Key)} is probably a misspelling of {ServerKeys.Nearest(line.Key)}.";

    public static string SetTwice(ConfigurationLine first) => $"The key {first.Key} is already set in line {first.Number}.";

    // Null if the number of names equals the number of values.
    public static string? UnequalCounts(ConfigurationLines lines)
    {
        var (names, values) = (lines.ListOf(ServerKeys.HeaderNames).Length, lines.ListOf(ServerKeys.HeaderValues).Length);
        if (names == values)
            return null;

        var counts = $"{ServerKeys.HeaderNames} has {Count(names, "name")}, but {ServerKeys.HeaderValues} has {Count(values, "value")}.";
        return HasExtraValues(lines) ? $"{counts} A value probably contains a comma." : counts;
    }

    public static bool HasExtraValues(ConfigurationLines lines) =>
        lines.ListOf(ServerKeys.HeaderNames).Length is > 0 and var names && lines.ListOf(ServerKeys.HeaderValues).Length > names;

    // The line to fix if the counts differ.
    public static int? CountsLine(ConfigurationLines lines) =>
        HasExtraValues(lines) ? lines.NumberOf(ServerKeys.HeaderValues) : lines.NumberOf(ServerKeys.HeaderNames) ?? lines.NumberOf(ServerKeys.HeaderValues);

    // Report positions instead of names: a misplaced secret could be in the list of names.
    public static IEnumerable<string> DuplicateNames(ConfigurationLines lines) =>
        from name in lines.ListOf(ServerKeys.HeaderNames)
            .Select((text, i) => (Text: text, Position: i + 1))
            .GroupBy(name => name.Text, name => name.Position, StringComparer.OrdinalIgnoreCase)
        where name.Key.Length > 0 && name.Count() > 1
        select $"Names {string.Join(" and ", name)} in {ServerKeys.HeaderNames} are the same header.";

    private static bool IsMisspelledHeaderKey(ConfigurationLine line) =>
        ServerKeys.IsMisspelled(line.Key) && ServerKeys.IsHeaderKey(ServerKeys.Nearest(line.Key));

    private static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";
}
