using System.Globalization;
using System.Text;

namespace WebSo.Events;

// The text of an element, between its bytes and its value.
internal static class XmlText
{
    private const string CData = "<![CDATA[";

    private static readonly Encoding s_latin1 = Encoding.GetEncoding("ISO-8859-1");

    public static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    // The value of content without elements: references resolved, CDATA taken as it is, comments and instructions left out.
    public static string ValueOf(ReadOnlySpan<byte> content, long position)
    {
        // A URL is ASCII. What is not is shown as UTF-8, or else as ISO-8859-1.
        var text = Utf8Text.IndexOfInvalid(content) < 0 ? Encoding.UTF8.GetString(content) : s_latin1.GetString(content.ToArray());
        var value = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (TrySkip(text, i, CData, "]]>", out var end))
                value.Append(text, i + CData.Length, end - 3 - i - CData.Length);
            else if (text[i] == '&')
                end = AppendReference(text, i, value, position);
            else if (!TrySkip(text, i, "<!--", "-->", out end) && !TrySkip(text, i, "<?", "?>", out end))
                value.Append(text[end++]);
            i = end;
        }

        return value.ToString().Trim(' ', '\t', '\r', '\n');
    }

    private static bool TrySkip(string text, int at, string begin, string terminator, out int end)
    {
        end = at;
        if (string.CompareOrdinal(text, at, begin, 0, begin.Length) != 0)
            return false;
        end = text.IndexOf(terminator, at + begin.Length, StringComparison.Ordinal) + terminator.Length;
        return true;
    }

    private static int AppendReference(string text, int at, StringBuilder value, long position)
    {
        var end = text.IndexOf(';', at);
        var name = end < 0 ? "" : text.Substring(at + 1, end - at - 1);
        value.Append(name switch
        {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => CharacterOf(name) ?? throw new ESignFormatException(position, "A CallbackUrl has '&' that begins no reference: write '&amp;'."),
        });
        return end + 1;
    }

    private static string? CharacterOf(string name)
    {
        if (name.Length == 0 || name[0] != '#')
            return null;

        var isHex = name.StartsWith("#x", StringComparison.Ordinal);
        var digits = name.Substring(isHex ? 2 : 1);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        var isNumber = int.TryParse(digits, style, CultureInfo.InvariantCulture, out var code);
        return isNumber && code is (> 0 and < 0xD800) or (> 0xDFFF and <= 0x10FFFF) ? char.ConvertFromUtf32(code) : null;
    }
}
