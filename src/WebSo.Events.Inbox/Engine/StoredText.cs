using System.Globalization;
using System.Text;

namespace WebSo.Events.Engine;

// Text as databases can hold it: PostgreSQL refuses U+0000 and half of a surrogate pair, and SQLite ends a text at U+0000; what a stranger
// sends can have both. Such characters are written as U+001A and four hexadecimal digits, and so is U+001A itself.
internal static class StoredText
{
    private const char Escape = '\u001A';

    public static string Encode(string text)
    {
        var first = FindFirst(text);
        if (first < 0)
            return text;

        var encoded = new StringBuilder(text, 0, first, text.Length + 16);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c) && i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
                encoded.Append(c).Append(text[++i]);
            else if (NeedsEscape(c))
                encoded.Append(Escape).Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            else
                encoded.Append(c);
        }

        return encoded.ToString();
    }

    public static string Decode(string text)
    {
        if (text.IndexOf(Escape) < 0)
            return text;

        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Escape && i + 4 < text.Length && ReadHex(text, i + 1) is { } c)
            {
                decoded.Append(c);
                i += 4;
            }
            else
            {
                decoded.Append(text[i]);
            }
        }

        return decoded.ToString();
    }

    // Four digits, as Encode writes them.
    private static char? ReadHex(string text, int start)
    {
        var value = 0;
        for (var i = start; i < start + 4; i++)
        {
            var digit = "0123456789ABCDEF".IndexOf(text[i]);
            if (digit < 0)
                return null;
            value = (value << 4) | digit;
        }

        return (char)value;
    }

    private static int FindFirst(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (NeedsEscape(text[i]))
                return i;
        }

        return -1;
    }

    private static bool NeedsEscape(char c) => c is '\0' or Escape || char.IsSurrogate(c);
}
