namespace WebSo.Events;

internal static class Utf8Validation
{
    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
#if NET
        return System.Text.Unicode.Utf8.IsValid(bytes);
#else
        for (var i = 0; i < bytes.Length;)
        {
            var length = Utf8Text.SequenceLength(bytes.Slice(i));
            if (length == 0)
                return false;
            i += length;
        }

        return true;
#endif
    }
}
