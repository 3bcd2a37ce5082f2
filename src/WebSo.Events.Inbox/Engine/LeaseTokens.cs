using System.Security.Cryptography;

namespace WebSo.Events.Engine;

// Tokens that no two transactions share, in whatever process. Never zero: that is no lease.
internal static class LeaseTokens
{
    public static long Next()
    {
        var bytes = new byte[sizeof(long)];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return BitConverter.ToInt64(bytes, 0) & long.MaxValue | 1;
    }
}
