namespace WebSo.Events.Configuration;

// Finds the known name that a misspelled name most likely stands for.
internal static class NearestName
{
    // The most edits by which a key may differ from the known key that it is taken for.
    public const int MaxDistance = 2;

    public static string Of(string name, IReadOnlyList<string> known) => known.OrderBy(candidate => Distance(name, candidate)).First();

    public static bool IsNear(string name, string known) => Math.Abs(name.Length - known.Length) <= MaxDistance && Distance(name, known) <= MaxDistance;

    // The part of a text that a message may show. The rest may be a secret that follows a name.
    public static string Shown(string text, IReadOnlyList<string> known, Func<char, bool> isOfName)
    {
        if (known.Any(name => IsNear(text, name)))
            return LogText.Of(text);

        var begin = known.Where(name => text.StartsWith(name, StringComparison.Ordinal)).OrderByDescending(name => name.Length).FirstOrDefault()
            ?? string.Concat(text.TakeWhile(isOfName));
        return LogText.Of(begin) + (begin.Length < text.Length ? "..." : "");
    }

    // The Levenshtein distance, ignoring case.
    public static int Distance(string name, string candidate)
    {
        var (a, b) = (name.ToUpperInvariant(), candidate.ToUpperInvariant());
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
