namespace WebSo.Events.Polyfills;

internal static class Utf8Validation
{
    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
#if NET
        return System.Text.Unicode.Utf8.IsValid(bytes);
#else
        for (var i = 0; i < bytes.Length;)
        {
            var length = SequenceLength(bytes.Slice(i));
            if (length == 0)
                return false;
            i += length;
        }

        return true;
#endif
    }

    // The length of the well-formed UTF-8 sequence at the start (Unicode, table 3-7), or 0.
    public static int SequenceLength(ReadOnlySpan<byte> s)
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

    private static bool IsTail(byte b) => (b & 0xC0) == 0x80;
}
