using System.Globalization;
using System.Text;

namespace WebSo.Events.ESign.Xml;

// Converts between the bytes of an element and its value.
internal static class XmlText
{
    private const string CData = "<![CDATA[";

    public static bool IsWhiteSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    // The value of content without child elements: references are resolved, CDATA is unwrapped, comments and processing instructions are dropped.
    public static string ValueOf(ReadOnlySpan<byte> content, Encoding encoding, XmlPosition position)
    {
        if (encoding is UTF8Encoding && Utf8Text.IndexOfInvalid(content) is >= 0 and var invalid)
        {
            throw new ESignFormatException(
                position.Advance(content.Slice(0, invalid)),
                "A CallbackUrl is not UTF-8, but the upload is. Save the upload as UTF-8, or declare its encoding in the first line.");
        }

        var text = encoding.GetString(content.ToArray());
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

    private static int AppendReference(string text, int at, StringBuilder value, XmlPosition position)
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
            _ => CharacterOf(name) ?? throw new ESignFormatException(position, "A CallbackUrl contains a '&' that is not part of a character reference. Write '&amp;'."),
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
