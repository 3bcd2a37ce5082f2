namespace WebSo.Events.ESign.Linting;

// Checks for quotes and comments, which become part of a value. Applies to every key.
internal static class ValueLint
{
    private static readonly string[] s_comments = [" ;", "\t;", " #", "\t#", " //", "\t//"];

    public static void Check(ConfigurationLines lines, LintFindings findings)
    {
        foreach (var line in lines.Ours)
        {
            if (line.Value.Length > 1 && line.Value[0] is '"' or '\'' && line.Value[line.Value.Length - 1] == line.Value[0])
            {
                findings.Error(
                    "value-quoted",
                    line.Number,
                    $"The value of {ServerKeys.Show(line.Key)} is in quotation marks.",
                    "They become part of the value.",
                    "Delete the quotation marks.");
            }

            // UrlLint reports a space in a URL.
            if (line.Key != ServerKeys.Url && Array.Exists(s_comments, line.Value.Contains))
            {
                findings.Warning(
                    "value-comment",
                    line.Number,
                    $"The value of {ServerKeys.Show(line.Key)} is followed by what looks like a comment.",
                    "The comment becomes part of the value.",
                    "Move the comment to a line of its own.");
            }
        }
    }
}
