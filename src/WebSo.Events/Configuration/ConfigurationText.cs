using System.Text;

namespace WebSo.Events.Configuration;

// Detects the encoding of a config.ini and decodes it.
internal static class ConfigurationText
{
    // isWide: the file is UTF-16 or UTF-32, which the server does not expect. problem: the file mixes encodings, so part of it, and the
    // headers that it sets, would be misread; otherwise null.
    public static string Decode(byte[] bytes, out bool isWide, out string? problem)
    {
        var encoding = WideEncodingOf(bytes);
        isWide = encoding is not null;
        if (encoding is not null)
            return DecodeWide(bytes, encoding, out problem);

        var zero = Array.IndexOf(bytes, (byte)0);
        problem = zero < 0 ? null : $"Line {bytes.Take(zero).Count(b => b == '\n') + 1} has a NUL byte, so part of the file has another encoding, such as UTF-16.";

        // Keep the UTF-8 byte order mark: the server may read it as part of the first key.
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

    // Single-byte text that is decoded as UTF-16 merges the line break before a key, and at most the key's first letter, into other
    // characters.
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
        if (StartsWith(bytes, 0xFF, 0xFE, 0, 0) || StartsWith(bytes, 0, 0, 0xFE, 0xFF))
            return new UTF32Encoding(bigEndian: bytes[0] == 0, byteOrderMark: true);
        if (StartsWith(bytes, 0xFF, 0xFE) || StartsWith(bytes, 0xFE, 0xFF))
            return new UnicodeEncoding(bigEndian: bytes[0] == 0xFE, byteOrderMark: true);

        // Without a byte order mark: a wide ASCII character has one non-zero byte.
        var zeros = new int[4];
        for (var i = 0; i < bytes.Length; i++)
            zeros[i % 4] += bytes[i] == 0 ? 1 : 0;
        if (zeros.Sum() * 4L < bytes.Length || zeros.Sum() == 0)
            return null;
        if (zeros.Sum() * 2L > bytes.Length + 4)
            return new UTF32Encoding(bigEndian: zeros[0] > zeros[3], byteOrderMark: false);
        return new UnicodeEncoding(bigEndian: zeros[0] + zeros[2] > zeros[1] + zeros[3], byteOrderMark: false);
    }

    private static bool StartsWith(byte[] bytes, params byte[] mark) => bytes.Take(mark.Length).SequenceEqual(mark);
}
