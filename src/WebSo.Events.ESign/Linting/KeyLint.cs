namespace WebSo.Events.ESign.Linting;

// Checks the keys of a config.ini.
internal static class KeyLint
{
    public static void Check(ConfigurationLines lines, LintFindings findings)
    {
        foreach (var line in lines.Unseparated)
        {
            findings.Error(
                "key-separator",
                line.Number,
                HeaderProblems.NoEqualsSign(line),
                "Only key=value is documented. The server ignores the line, or reads another key or value from it.",
                $"Write {ServerKeys.Show(line.Key)}=value.");
        }

        CheckOurs(lines.Ours, findings);
        if (lines.HasMarkBeforeKey)
        {
            findings.Warning(
                "file-mark",
                1,
                "The file starts with a UTF-8 byte order mark (BOM), directly followed by a key.",
                "Java does not remove the mark. It becomes part of the first key, so the server ignores the line.",
                "Save the file as UTF-8 without a byte order mark, or make the first line a comment.");
        }
    }

    // The keys that don't start with webso_events_ might be misspelled ones that should.
    public static void CheckOthers(ConfigurationLines lines, LintFindings findings)
    {
        foreach (var line in lines.Others.Where(line => ServerKeys.IsMisspelled(line.Key)))
        {
            findings.Add(
                SeverityOf(ServerKeys.Nearest(line.Key)),
                "key-misspelled",
                line.Number,
                HeaderProblems.Misspelled(line),
                "Only the documented spelling, in lowercase, is known to work. The server probably ignores the line.",
                $"If you mean {ServerKeys.Nearest(line.Key)}, correct the key.");
        }
    }

    private static void CheckOurs(IReadOnlyList<ConfigurationLine> lines, LintFindings findings)
    {
        var seen = new Dictionary<string, ConfigurationLine>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (!ServerKeys.IsKnown(line.Key))
            {
                var nearest = ServerKeys.Nearest(line.Key);
                findings.Add(
                    ServerKeys.IsMisspelled(line.Key) ? SeverityOf(nearest) : WebSoLintSeverity.Warning,
                    "key-unknown",
                    line.Number,
                    $"The key {ServerKeys.Show(line.Key)} is not documented.",
                    "The server ignores the line.",
                    $"If you mean {nearest}, correct the key. Otherwise, delete the line.");
            }
            else if (seen.TryGetValue(line.Key, out var earlier))
            {
                findings.Add(
                    SeverityOf(line.Key),
                    "key-twice",
                    line.Number,
                    HeaderProblems.SetTwice(earlier),
                    "The documentation does not say which of the two values the server uses.",
                    "Delete one of the lines.");
            }

            seen[line.Key] = line;
        }
    }

    // A receiver that reads the file must know which headers to require.
    private static WebSoLintSeverity SeverityOf(string key) => ServerKeys.IsHeaderKey(key) ? WebSoLintSeverity.Error : WebSoLintSeverity.Warning;
}
