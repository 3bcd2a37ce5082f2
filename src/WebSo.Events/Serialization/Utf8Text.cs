namespace WebSo.Events.Serialization;

// Text checks that Utf8JsonReader does only when it creates a string.
internal static class Utf8Text
{
    // The index of the first byte that is not valid UTF-8, or -1.
    public static int IndexOfInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8Validation.IsValid(bytes))
            return -1;

        for (var i = 0; i < bytes.Length;)
        {
            var length = Utf8Validation.SequenceLength(bytes.Slice(i));
            if (length == 0)
                return i;
            i += length;
        }

        return -1;
    }

    // Whether an escaped, valid JSON string contains a lone surrogate.
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

    // The high byte of a surrogate is D8 to DF, that of a low surrogate DC to DF.
    private static bool IsSurrogate(ReadOnlySpan<byte> escaped, int i) => escaped.Length - i >= 6
        && escaped[i] == (byte)'\\' && escaped[i + 1] == (byte)'u' && (escaped[i + 2] | 0x20) == 'd' && escaped[i + 3] >= (byte)'8';

    private static bool IsLowSurrogate(ReadOnlySpan<byte> escaped, int i) => (escaped[i + 3] | 0x20) >= 'c';
}
