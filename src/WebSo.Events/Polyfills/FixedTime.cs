using System.Runtime.CompilerServices;

namespace WebSo.Events.Polyfills;

internal static class FixedTime
{
    // Replaces CryptographicOperations.FixedTimeEquals, which .NET Framework lacks. The duration depends only on the lengths.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static bool AreEqual(byte[] left, byte[] right)
    {
#if NET
        return System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(left, right);
#else
        if (left.Length != right.Length)
            return false;
        var difference = 0;
        for (var i = 0; i < left.Length; i++)
            difference |= left[i] ^ right[i];
        return difference == 0;
#endif
    }
}
