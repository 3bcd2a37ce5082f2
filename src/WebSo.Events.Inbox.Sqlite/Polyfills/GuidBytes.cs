namespace WebSo.Events.Inbox.Sqlite.Polyfills;

// Converts a delivery ID to 16 bytes in big-endian order. IDs start with a timestamp, so this order keeps the index in order of arrival.
internal static class GuidBytes
{
    public static byte[] Of(Guid id)
    {
#if NET
        return id.ToByteArray(bigEndian: true);
#else
        return Swap(id.ToByteArray());
#endif
    }

    public static Guid ToGuid(byte[] bytes)
    {
#if NET
        return new Guid(bytes, bigEndian: true);
#else
        return new Guid(Swap((byte[])bytes.Clone()));
#endif
    }

#if !NET
    private static byte[] Swap(byte[] bytes)
    {
        Array.Reverse(bytes, 0, 4);
        Array.Reverse(bytes, 4, 2);
        Array.Reverse(bytes, 6, 2);
        return bytes;
    }
#endif
}
