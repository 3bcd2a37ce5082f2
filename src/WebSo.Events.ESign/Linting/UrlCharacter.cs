using System.Globalization;
using System.Text;

namespace WebSo.Events.ESign.Linting;

// A character of a URL that must be escaped. Name is the character itself if it is printable ASCII, else its code point.
internal readonly record struct UrlCharacter(string Name, string Escaped, bool IsTolerated)
{
    // RFC 3986. Returns each invalid character once. Java sends all of them unescaped.
    public static IEnumerable<UrlCharacter> FindInvalid(string url)
    {
        for (var i = 0; i < url.Length; i++)
        {
            var length = i + 1 < url.Length && char.IsSurrogatePair(url[i], url[i + 1]) ? 2 : 1;
            var text = url.Substring(i, length);
            if (url.IndexOf(text, StringComparison.Ordinal) == i && (IsInvalid(url[i]) || (url[i] == '%' && HasInvalidEscape(url))))
                yield return Create(text);
            i += length - 1;
        }
    }

    private static UrlCharacter Create(string text)
    {
        var isPrintable = text[0] is > ' ' and < '\x7F';
        var isLoneSurrogate = text.Length == 1 && char.IsSurrogate(text[0]);
        var codePoint = char.ConvertToUtf32(isLoneSurrogate ? "\uFFFD" : text, 0);
        var escaped = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => "%" + b.ToString("X2", CultureInfo.InvariantCulture)));

        // Most web servers accept ASCII characters, except the backslash.
        return new UrlCharacter(isPrintable ? $"'{text}'" : $"U+{codePoint:X4}", escaped, text[0] < '\x7F' && text[0] != '\\');
    }

    private static bool IsInvalid(char c) => c is <= ' ' or >= '\x7F' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}';

    private static bool HasInvalidEscape(string url)
    {
        for (var at = url.IndexOf('%'); at >= 0; at = url.IndexOf('%', at + 1))
        {
            if (!CallbackPath.TryDecodeEscape(url, at, out _))
                return true;
        }

        return false;
    }
}
