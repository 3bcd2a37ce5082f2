namespace WebSo.Events.Serialization;

// Checks of text that JSON readers leave to the moment a string is made.
internal static class Utf8Text
{
    // The position of the first byte that is not UTF-8, or -1.
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
}
