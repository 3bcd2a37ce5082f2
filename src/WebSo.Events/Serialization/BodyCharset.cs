using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace WebSo.Events.Serialization;

// Converts a body to UTF-8.
internal static class BodyCharset
{
    public static ReadOnlySpan<byte> Utf8ByteOrderMark => [0xEF, 0xBB, 0xBF];

    // Returns null if the body is already UTF-8. isGuess: the body is not UTF-8, and its charset is unknown.
    public static PooledBuffer? ToUtf8(ReadOnlySpan<byte> body, string? declared, out bool isGuess)
    {
        isGuess = false;
        if (TryFindUtf16(body, out var isLittleEndian, out var start))
            return FromUtf16(body.Slice(start), isLittleEndian);
        if (IsWindows1252(declared) && !body.StartsWith(Utf8ByteOrderMark))
            return ByteSearch.IndexOfNonAscii(body) < 0 ? null : FromWindows1252(body, keepUtf8: false);
        if (Utf8Validation.IsValid(body))
            return null;

        isGuess = true;
        return FromWindows1252(body, keepUtf8: true);
    }

    // Like web browsers, treat ISO-8859-1 as windows-1252: they differ only in control characters, which text does not contain.
    private static bool IsWindows1252(string? charset) => charset is
        "windows-1252" or "cp1252" or "iso-8859-1" or "iso_8859-1" or "iso8859-1" or "iso8859_1" or "latin1";

    // JSON starts with an ASCII character, so in UTF-16 one of the first two bytes is NUL, even without a byte order mark.
    private static bool TryFindUtf16(ReadOnlySpan<byte> body, out bool isLittleEndian, out int start)
    {
        (isLittleEndian, start) = (false, 0);
        if (body.Length < 2)
            return false;

        var (first, second) = (body[0], body[1]);
        var hasMark = (first, second) is (0xFF, 0xFE) or (0xFE, 0xFF);
        isLittleEndian = hasMark ? first == 0xFF : second == 0;
        start = hasMark ? 2 : 0;
        return hasMark || (first == 0) != (second == 0);
    }

    // A lone surrogate becomes U+FFFD. An odd last byte is dropped.
    private static PooledBuffer FromUtf16(ReadOnlySpan<byte> body, bool isLittleEndian)
    {
        var length = body.Length / sizeof(char);
        var chars = ArrayPool<char>.Shared.Rent(length);
        var text = chars.AsSpan(0, length);
        body.Slice(0, length * sizeof(char)).CopyTo(MemoryMarshal.AsBytes(text));
        if (isLittleEndian != BitConverter.IsLittleEndian)
        {
            foreach (ref var c in text)
                c = (char)BinaryPrimitives.ReverseEndianness(c);
        }

        const int MaxBytesPerChar = 3;
        var utf8 = new PooledBuffer(length * MaxBytesPerChar);
        utf8.Advance(Encoding.UTF8.GetBytes(text, utf8.Reserve(length * MaxBytesPerChar)));
        ArrayPool<char>.Shared.Return(chars);
        return utf8;
    }

    // keepUtf8: keep valid UTF-8 sequences, because one invalid byte does not determine the charset of the rest.
    private static PooledBuffer FromWindows1252(ReadOnlySpan<byte> body, bool keepUtf8)
    {
        const int MaxBytesPerByte = 3;
        var utf8 = new PooledBuffer(body.Length * MaxBytesPerByte);
        var target = utf8.Reserve(body.Length * MaxBytesPerByte);
        var written = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var b = body[i];
            if (b < 0x80)
            {
                target[written++] = b;
                continue;
            }

            if (keepUtf8 && Utf8Validation.SequenceLength(body.Slice(i)) is > 0 and var sequence)
            {
                body.Slice(i, sequence).CopyTo(target.Slice(written));
                written += sequence;
                i += sequence - 1;
                continue;
            }

            var c = Windows1252.Decode(b);
            if (c >= 0x800)
            {
                target[written++] = (byte)(0xE0 | (c >> 12));
                target[written++] = (byte)(0x80 | ((c >> 6) & 0x3F));
            }
            else
            {
                target[written++] = (byte)(0xC0 | (c >> 6));
            }

            target[written++] = (byte)(0x80 | (c & 0x3F));
        }

        utf8.Advance(written);
        return utf8;
    }
}
