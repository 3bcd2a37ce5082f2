using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace WebSo.Events.Serialization;

// The bytes of a body to UTF-8.
internal static class WireCharset
{
    public static ReadOnlySpan<byte> Utf8ByteOrderMark => [0xEF, 0xBB, 0xBF];

    // Null: the body is UTF-8 as it is. isGuess: it is not, and nothing says what it is instead.
    public static WireBuffer? ToUtf8(ReadOnlySpan<byte> body, string? declared, out bool isGuess)
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

    // Both are read alike, as web browsers do: 0x80 to 0x9F are control characters in ISO-8859-1, which no text holds.
    private static bool IsWindows1252(string? charset) => charset is
        "windows-1252" or "cp1252" or "iso-8859-1" or "iso_8859-1" or "iso8859-1" or "iso8859_1" or "latin1";

    // JSON begins with ASCII, so one of the first two bytes is NUL even without a byte order mark.
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

    // Half of a surrogate pair becomes U+FFFD. So would an odd last byte, which is left out.
    private static WireBuffer FromUtf16(ReadOnlySpan<byte> body, bool isLittleEndian)
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
        var utf8 = new WireBuffer(length * MaxBytesPerChar);
        utf8.Advance(Encoding.UTF8.GetBytes(text, utf8.Reserve(length * MaxBytesPerChar)));
        ArrayPool<char>.Shared.Return(chars);
        return utf8;
    }

    // keepUtf8: a sequence that is UTF-8 stays, since one bad byte says nothing about the rest.
    private static WireBuffer FromWindows1252(ReadOnlySpan<byte> body, bool keepUtf8)
    {
        const int MaxBytesPerByte = 3;
        var utf8 = new WireBuffer(body.Length * MaxBytesPerByte);
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
