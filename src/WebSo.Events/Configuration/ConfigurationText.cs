using System.Text;

namespace WebSo.Events;

// The text of a config.ini, whatever program has saved it.
internal static class ConfigurationText
{
    // A text with units of 2 or 4 bytes, as Windows calls "Unicode", is one that the server's own reader does not expect.
    public static string Decode(byte[] bytes, out bool isWide)
    {
        var encoding = WideEncodingOf(bytes);
        isWide = encoding is not null;
        if (encoding is not null)
            return encoding.GetString(bytes).TrimStart('\uFEFF');

        // The UTF-8 mark stays: the server may take it for a part of the first key.
        return Utf8Text.IndexOfInvalid(bytes) < 0 ? Encoding.UTF8.GetString(bytes) : new string([.. bytes.Select(Windows1252.Decode)]);
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
