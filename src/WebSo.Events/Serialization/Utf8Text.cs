using System.Text;

namespace WebSo.Events;

// Checks of text that JSON readers leave to the moment a string is made.
internal static class Utf8Text
{
    // Half of a surrogate pair has no UTF-8 form: it becomes a byte that no UTF-8 holds, so that reading refuses it at its place.
    public static int Encode(string text, byte[] buffer)
    {
        var length = 0;
        for (var i = 0; i < text.Length;)
        {
            var run = i;
            while (run < text.Length && !char.IsSurrogate(text[run]))
                run++;
            length += Encoding.UTF8.GetBytes(text, i, run - i, buffer, length);
            i = run;
            if (i == text.Length)
                break;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                length += Encoding.UTF8.GetBytes(text, i, 2, buffer, length);
                i += 2;
                continue;
            }

            buffer[length++] = 0xFF;
            i++;
        }

        return length;
    }

    // The position of the first byte that is not UTF-8, or -1.
    public static int IndexOfInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8Validation.IsValid(bytes))
            return -1;

        for (var i = 0; i < bytes.Length;)
        {
            var length = SequenceLength(bytes.Slice(i));
            if (length == 0)
                return i;
            i += length;
        }

        return -1;
    }

    // The length of the well-formed sequence at the begin (Unicode, table 3-7), or 0.
    internal static int SequenceLength(ReadOnlySpan<byte> s)
    {
        var b = s[0];
        if (b < 0x80)
            return 1;
        if (b is >= 0xC2 and <= 0xDF)
            return s.Length > 1 && IsTail(s[1]) ? 2 : 0;
        if (b is >= 0xE0 and <= 0xEF)
        {
            var low = b == 0xE0 ? 0xA0 : 0x80;
            var high = b == 0xED ? 0x9F : 0xBF;
            return s.Length > 2 && s[1] >= low && s[1] <= high && IsTail(s[2]) ? 3 : 0;
        }

        if (b is >= 0xF0 and <= 0xF4)
        {
            var low = b == 0xF0 ? 0x90 : 0x80;
            var high = b == 0xF4 ? 0x8F : 0xBF;
            return s.Length > 3 && s[1] >= low && s[1] <= high && IsTail(s[2]) && IsTail(s[3]) ? 4 : 0;
        }

        return 0;
    }

    // Whether a valid JSON text, still escaped, spells half of a surrogate pair.
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        for (var i = 0; i < escaped.Length;)
        {
            if (escaped[i] != (byte)'\\')
            {
                var next = escaped.Slice(i).IndexOf((byte)'\\');
                if (next < 0)
                    return false;
                i += next;
            }

            if (!IsSurrogate(escaped, i))
            {
                i += escaped[i + 1] == (byte)'u' ? 6 : 2;
                continue;
            }

            if (IsLowSurrogate(escaped, i) || !IsSurrogate(escaped, i + 6) || !IsLowSurrogate(escaped, i + 6))
                return true;
            i += 12;
        }

        return false;
    }

    // D8 to DF are the upper halves of surrogates, DC to DF those of low ones.
    private static bool IsSurrogate(ReadOnlySpan<byte> escaped, int i) => escaped.Length - i >= 6
        && escaped[i] == (byte)'\\' && escaped[i + 1] == (byte)'u' && (escaped[i + 2] | 0x20) == 'd' && escaped[i + 3] >= (byte)'8';

    private static bool IsLowSurrogate(ReadOnlySpan<byte> escaped, int i) => (escaped[i + 3] | 0x20) >= 'c';

    private static bool IsTail(byte b) => (b & 0xC0) == 0x80;
}
