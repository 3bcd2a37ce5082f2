using System.Text;

namespace WebSo.Events;

// Whether bytes of 7 bits are ASCII in this text: then places are found, and URLs written, without decoding it.
internal static class XmlEncoding
{
    private const int MaxDeclarationLength = 1024;

    // The UTF-8 byte order mark.
    public static int MarkLength(ReadOnlySpan<byte> begin) => begin.StartsWith("\uFEFF"u8) ? 3 : 0;

    public static void Check(ReadOnlySpan<byte> begin)
    {
        if (begin.Length >= 2 && (begin[0] is 0 or 0xFE or 0xFF || begin[1] == 0))
            throw new ESignFormatException(0, "The upload is UTF-16 or UTF-32, which is not supported: save it as UTF-8.");

        var text = begin.Slice(MarkLength(begin));
        if (text.Length < 6 || !text.StartsWith("<?xml"u8) || !XmlText.IsSpace(text[5]))
            return;

        var end = text.IndexOf("?>"u8);
        if (end is < 0 or > MaxDeclarationLength)
            throw new ESignFormatException(0, $"The XML declaration does not end within {MaxDeclarationLength} bytes.");

        var name = NameOf(Encoding.ASCII.GetString(text.Slice(0, end)));
        if (name is not null && !IsSupported(name))
            throw new ESignFormatException(0, $"The encoding '{LogText.Of(name)}' is not supported: save the upload as UTF-8.");
    }

    private static string? NameOf(string declaration)
    {
        var at = declaration.IndexOf("encoding", StringComparison.Ordinal);
        if (at < 0)
            return null;

        var open = declaration.IndexOfAny(['"', '\''], at);
        var close = open < 0 ? -1 : declaration.IndexOf(declaration[open], open + 1);
        return close < 0
            ? throw new ESignFormatException(0, "The XML declaration gives its encoding not in quotes.")
            : declaration.Substring(open + 1, close - open - 1);
    }

    private static bool IsSupported(string name) =>
        name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase)
        || name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ISO-8859-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase);
}
