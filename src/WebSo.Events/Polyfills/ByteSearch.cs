#if NET
using System.Buffers;
#endif

namespace WebSo.Events.Polyfills;

// Byte searches that .NET vectorizes.
internal static class ByteSearch
{
#if NET
    // The bytes that end an unescaped run in a JSON string: the quote, the backslash and control characters.
    private static readonly SearchValues<byte> s_endsOfRun = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(value => (byte)value), (byte)'"', (byte)'\\']);
#endif

    // The index of the first non-ASCII byte, or -1.
    public static int IndexOfNonAscii(ReadOnlySpan<byte> bytes)
    {
#if NET
        return bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
#else
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] >= 0x80)
                return i;
        }

        return -1;
#endif
    }

    // The index of the first quote, backslash or control character, or -1.
    public static int IndexOfEndOfRun(ReadOnlySpan<byte> bytes)
    {
#if NET
        return bytes.IndexOfAny(s_endsOfRun);
#else
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is < (byte)' ' or (byte)'"' or (byte)'\\')
                return i;
        }

        return -1;
#endif
    }
}
