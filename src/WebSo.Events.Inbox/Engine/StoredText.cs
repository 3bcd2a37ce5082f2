using System.Globalization;
using System.Text.RegularExpressions;

namespace WebSo.Events.Inbox.Engine;

// Encodes text that databases can't store: PostgreSQL rejects U+0000 and lone surrogates, and SQLite ends a text at U+0000. Callers can
// send both. Such characters, and U+001A itself, are written as U+001A and four hexadecimal digits.
internal static class StoredText
{
    private const char Escape = '\u001A';

    // Complete surrogate pairs match first and stay unchanged.
    private static readonly Regex s_special = new("[\uD800-\uDBFF][\uDC00-\uDFFF]|[\0\u001A\uD800-\uDFFF]", RegexOptions.CultureInvariant);

    private static readonly Regex s_escaped = new("\u001A([0-9A-F]{4})", RegexOptions.CultureInvariant);

    public static string Encode(string text)
    {
        // Few texts contain such a character, and this loop is faster than the regular expression.
        foreach (var c in text)
        {
            if (c is '\0' or Escape || char.IsSurrogate(c))
                return s_special.Replace(text, static match => match.Length == 2 ? match.Value : $"{Escape}{(int)match.Value[0]:X4}");
        }

        return text;
    }

    public static string Decode(string text) => text.IndexOf(Escape) < 0
        ? text
        : s_escaped.Replace(text, static match => ((char)int.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString());
}
