using System.Text;

namespace WebSo.Events;

// Whether bytes of 7 bits are ASCII in this text: then places are found, and URLs written, without decoding it.
internal static class XmlEncoding
{
    private const int MaxDeclarationLength = 1024;

    // The UTF-8 byte order mark.
    public static int MarkLength(ReadOnlySpan<byte> begin) => begin.StartsWith("\uFEFF"u8) ? 3 : 0;

    public static Encoding Find(ReadOnlySpan<byte> begin)
    {
        if (begin.Length >= 2 && (begin[0] is 0 or 0xFE or 0xFF || begin[1] == 0))
            throw Refuse("The upload is UTF-16 or UTF-32, which is not supported. Save it as UTF-8.");

        var text = begin.Slice(MarkLength(begin));
        if (text.Length < 6 || !text.StartsWith("<?xml"u8) || !XmlText.IsSpace(text[5]))
            return Encoding.UTF8;

        var end = text.IndexOf("?>"u8);
        if (end is < 0 or > MaxDeclarationLength)
            throw Refuse($"The XML declaration does not end within {MaxDeclarationLength} bytes.");

        var name = NameOf(Encoding.ASCII.GetString(text.Slice(0, end)));
        if (name is null || IsUnicode(name))
            return Encoding.UTF8;

        // Where the platform lacks one, letters beyond ASCII are shown wrong; no byte is changed.
        return HasAscii(name)
            ? CodePages.Find(name) ?? Encoding.GetEncoding("ISO-8859-1")
            : throw Refuse($"The encoding '{LogText.Of(name)}' is not supported. Save the upload as UTF-8.");
    }

    private static string? NameOf(string declaration)
    {
        var at = declaration.IndexOf("encoding", StringComparison.Ordinal);
        if (at < 0)
            return null;

        var open = declaration.IndexOfAny(['"', '\''], at);
        var close = open < 0 ? -1 : declaration.IndexOf(declaration[open], open + 1);
        return close < 0
            ? throw Refuse("The encoding in the XML declaration is not in quotes.")
            : declaration.Substring(open + 1, close - open - 1);
    }

    // US-ASCII is a part of UTF-8.
    private static bool IsUnicode(string name) =>
        name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase);

    // One byte a character, and the lower half is ASCII.
    private static bool HasAscii(string name) =>
        name.StartsWith("ISO-8859-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase);

    private static ESignFormatException Refuse(string problem) => new(XmlPosition.Start, problem);
}
