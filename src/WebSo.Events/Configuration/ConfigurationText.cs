using System.Text;

namespace WebSo.Events.Configuration;

// Decodes a config.ini, whichever program saved it.
internal static class ConfigurationText
{
    // A wide encoding has 2 or 4 bytes per character. Windows calls UTF-16 "Unicode"; the server does not expect it. The problem is null if the
    // whole file has one encoding: otherwise a part of it, and the headers that it sets, would be read as something else.
    public static string Decode(byte[] bytes, out bool isWide, out string? problem)
    {
        var encoding = WideEncodingOf(bytes);
        isWide = encoding is not null;
        if (encoding is not null)
            return DecodeWide(bytes, encoding, out problem);

        var zero = Array.IndexOf(bytes, (byte)0);
        problem = zero < 0 ? null : $"Line {bytes.Take(zero).Count(b => b == '\n') + 1} has a NUL byte, so part of the file has another encoding, such as UTF-16.";

        // The UTF-8 byte order mark is kept: the server may read it as part of the first key.
        return Utf8Text.IndexOfInvalid(bytes) < 0 ? Encoding.UTF8.GetString(bytes) : new string([.. bytes.Select(Windows1252.Decode)]);
    }

    private static string DecodeWide(byte[] bytes, Encoding encoding, out string? problem)
    {
        var text = encoding.GetString(bytes).TrimStart('\uFEFF');
        problem = text.Contains('\uFFFD') || bytes.AsSpan().IndexOf("webso_events_"u8) >= 0 || HasGluedKey(text)
            ? "The file starts in UTF-16 or UTF-32, but part of it has another encoding."
            : null;
        return text;
    }

    // Single bytes before a key, taken for characters of 2 bytes, swallow the line end before it and at most its first letter.
    private static bool HasGluedKey(string text)
    {
        const string Tail = "ebso_events_";
        for (var at = text.IndexOf(Tail, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Tail, at + 1, StringComparison.Ordinal))
        {
            if (text.Substring(Math.Max(at - 2, 0), Math.Min(at, 2)).Any(c => c is > '~' and not '\uFEFF'))
                return true;
        }

        return false;
    }

    private static Encoding? WideEncodingOf(byte[] bytes)
    {
        if (Begin(bytes, 0xFF, 0xFE, 0, 0) || Begin(bytes, 0, 0, 0xFE, 0xFF))
            return new UTF32Encoding(bigEndian: bytes[0] == 0, byteOrderMark: true);
        if (Begin(bytes, 0xFF, 0xFE) || Begin(bytes, 0xFE, 0xFF))
            return new UnicodeEncoding(bigEndian: bytes[0] == 0xFE, byteOrderMark: true);

        // Without a mark: in ASCII letters of more than one byte, all bytes but one of each are 0.
        var zeros = new int[4];
        for (var i = 0; i < bytes.Length; i++)
            zeros[i % 4] += bytes[i] == 0 ? 1 : 0;
        if (zeros.Sum() * 4L < bytes.Length || zeros.Sum() == 0)
            return null;
        if (zeros.Sum() * 2L > bytes.Length + 4)
            return new UTF32Encoding(bigEndian: zeros[0] > zeros[3], byteOrderMark: false);
        return new UnicodeEncoding(bigEndian: zeros[0] + zeros[2] > zeros[1] + zeros[3], byteOrderMark: false);
    }

    private static bool Begin(byte[] bytes, params byte[] mark) => bytes.Take(mark.Length).SequenceEqual(mark);
}
