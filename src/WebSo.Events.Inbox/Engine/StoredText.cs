using System.Globalization;
using System.Text.RegularExpressions;

namespace WebSo.Events.Engine;

// Text as databases can hold it: PostgreSQL refuses U+0000 and half of a surrogate pair, and SQLite ends a text at U+0000; what a stranger
// sends can have both. Such characters are written as U+001A and four hexadecimal digits, and so is U+001A itself.
internal static class StoredText
{
    private const char Escape = '\u001A';

    // A whole pair is found first, and stays as it is.
    private static readonly Regex s_special = new("[\uD800-\uDBFF][\uDC00-\uDFFF]|[\0\u001A\uD800-\uDFFF]", RegexOptions.CultureInvariant);

    private static readonly Regex s_escaped = new("\u001A([0-9A-F]{4})", RegexOptions.CultureInvariant);

    public static string Encode(string text)
    {
        // Nearly no text has one, and this is faster than the expression.
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
