using System.Security.Cryptography;

namespace WebSo.Events.Receiving;

// Creates UUIDs of version 7 (RFC 9562): 48 bits of Unix time in milliseconds and random bits. Guid.CreateVersion7 requests random bytes
// from the system for each ID, which takes longer than reading an event. Here, many IDs share one request.
internal static class DeliveryIds
{
    private const int RandomBytes = 10;
    private const int IdsPerCall = 100;

    private static readonly RandomNumberGenerator s_generator = RandomNumberGenerator.Create();

    [ThreadStatic]
    private static byte[]? t_random;

    [ThreadStatic]
    private static int t_used;

    public static Guid Create(DateTimeOffset now)
    {
        var ms = now.ToUnixTimeMilliseconds();
        var random = TakeRandom();
        return new Guid(
            (int)(ms >> 16),
            (short)ms,
            (short)(0x7000 | (random[8] & 0x0F) << 8 | random[9]),
            (byte)(0x80 | random[0] & 0x3F),
            random[1],
            random[2],
            random[3],
            random[4],
            random[5],
            random[6],
            random[7]);
    }

    private static ReadOnlySpan<byte> TakeRandom()
    {
        var bytes = t_random ??= new byte[RandomBytes * IdsPerCall];
        if (t_used == 0)
            s_generator.GetBytes(bytes);
        var start = t_used;
        t_used = (start + RandomBytes) % bytes.Length;
        return bytes.AsSpan(start, RandomBytes);
    }
}
