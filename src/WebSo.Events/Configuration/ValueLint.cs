namespace WebSo.Events;

// What does not belong to a value, of whatever key.
internal static class ValueLint
{
    private static readonly string[] s_comments = [" ;", "\t;", " #", "\t#", " //", "\t//"];

    public static IEnumerable<WebSoLintFinding> Check(ConfigurationLines lines)
    {
        foreach (var line in lines.Ours)
        {
            if (line.Value.Length > 1 && line.Value[0] is '"' or '\'' && line.Value[line.Value.Length - 1] == line.Value[0])
            {
                yield return new WebSoLintFinding(
                    "value-quoted",
                    WebSoLintSeverity.Error,
                    line.Number,
                    $"The value of {KeyLint.Shown(line.Key)} is in quotation marks.",
                    "They become part of the value.",
                    "Delete the quotation marks.");
            }

            // A URL has a finding of its own.
            if (line.Key != "webso_events_url" && Array.Exists(s_comments, line.Value.Contains))
            {
                yield return new WebSoLintFinding(
                    "value-comment",
                    WebSoLintSeverity.Warning,
                    line.Number,
                    $"The value of {KeyLint.Shown(line.Key)} is followed by what looks like a comment.",
                    "The comment becomes part of the value.",
                    "Move the comment to a line of its own.");
            }
        }
    }
}
