#if !NET
using System.Security.Cryptography;

namespace WebSo.Events.Polyfills;

internal static class CryptographyPolyfills
{
    extension(HMACSHA256)
    {
        public static byte[] HashData(byte[] key, byte[] source)
        {
            using var hmac = new HMACSHA256(key);
            return hmac.ComputeHash(source);
        }
    }
}
#endif
