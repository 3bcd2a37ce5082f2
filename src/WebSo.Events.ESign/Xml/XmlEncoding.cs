using System.Text;

namespace WebSo.Events.ESign.Xml;

// Accepts only encodings in which a byte below 0x80 is an ASCII character. Then elements are found, and URLs written, without decoding the text.
internal static class XmlEncoding
{
    private const int MaxDeclarationLength = 1024;

    // The length of the UTF-8 byte order mark, or 0.
    public static int ByteOrderMarkLength(ReadOnlySpan<byte> start) => start.StartsWith("\uFEFF"u8) ? 3 : 0;

    public static Encoding Detect(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 2 && (start[0] is 0 or 0xFE or 0xFF || start[1] == 0))
            throw NotSupported("The upload is UTF-16 or UTF-32, which is not supported. Save it as UTF-8.");

        var text = start.Slice(ByteOrderMarkLength(start));
        if (text.Length < 6 || !text.StartsWith("<?xml"u8) || !XmlText.IsWhiteSpace(text[5]))
            return Encoding.UTF8;

        var end = text.IndexOf("?>"u8);
        if (end is < 0 or > MaxDeclarationLength)
            throw NotSupported($"The XML declaration is longer than {MaxDeclarationLength} bytes, or does not end. Shorten it, or close it with '?>'.");

        var name = DeclaredName(Encoding.ASCII.GetString(text.Slice(0, end)));
        if (name is null || IsUtf8(name))
            return Encoding.UTF8;

        // If the platform lacks the encoding, a CallbackUrl with other than ASCII characters is displayed wrong. No byte of the upload changes.
        return IsSingleByte(name)
            ? CodePages.Find(name) ?? Encoding.GetEncoding("ISO-8859-1")
            : throw NotSupported($"The encoding '{LogText.Of(name)}' is not supported. Save the upload as UTF-8.");
    }

    private static string? DeclaredName(string declaration)
    {
        var start = declaration.IndexOf("encoding", StringComparison.Ordinal);
        if (start < 0)
            return null;

        var open = declaration.IndexOfAny(['"', '\''], start);
        var close = open < 0 ? -1 : declaration.IndexOf(declaration[open], open + 1);
        return close < 0
            ? throw NotSupported("The encoding in the XML declaration is not in quotes. Add the quotes.")
            : declaration.Substring(open + 1, close - open - 1);
    }

    // US-ASCII is a subset of UTF-8.
    private static bool IsUtf8(string name) =>
        name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase);

    // Those of one byte per character whose lower half is ASCII.
    private static bool IsSingleByte(string name) =>
        name.StartsWith("ISO-8859-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase);

    private static ESignFormatException NotSupported(string problem) => new(XmlPosition.Start, problem);
}
