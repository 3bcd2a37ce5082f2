#if NET
using System.Buffers;
#endif

namespace WebSo.Events.Polyfills;

// Searches that .NET does many bytes at a time.
internal static class ByteSearch
{
#if NET
    // What ends a plain run within a JSON text: the quote, the backslash and the control characters.
    private static readonly SearchValues<byte> s_endsOfRun = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(value => (byte)value), (byte)'"', (byte)'\\']);
#endif

    // The first byte that is not ASCII, or -1.
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

    // The first quote, backslash or control character, or -1.
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
