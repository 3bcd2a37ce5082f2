#if !NET
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events;

// Members that .NET has and .NET Framework lacks, so that the code itself reads the same on both.
internal static class Polyfills
{
    extension(ArgumentNullException)
    {
        public static void ThrowIfNull(object? argument, [CallerArgumentExpression(nameof(argument))] string? paramName = null)
        {
            if (argument is null)
                throw new ArgumentNullException(paramName);
        }
    }

    extension(Encoding encoding)
    {
        public string GetString(ReadOnlySpan<byte> bytes) => encoding.GetString(bytes.ToArray());
    }

    extension(string text)
    {
        public bool Contains(char value) => text.IndexOf(value) >= 0;
    }

    extension(SHA256)
    {
        public static byte[] HashData(byte[] source)
        {
            using var sha = SHA256.Create();
            return sha.ComputeHash(source);
        }
    }

    extension(Guid)
    {
        // RFC 9562, version 7: 48 bits of Unix time in ms, the rest random.
        public static Guid CreateVersion7(DateTimeOffset timestamp)
        {
            var bytes = Guid.NewGuid().ToByteArray();
            var ms = timestamp.ToUnixTimeMilliseconds();
            BitConverter.GetBytes((int)(ms >> 16)).CopyTo(bytes, 0);
            BitConverter.GetBytes((short)ms).CopyTo(bytes, 4);
            bytes[7] = (byte)((bytes[7] & 0x0F) | 0x70);
            return new Guid(bytes);
        }
    }

    extension(CancellationTokenSource source)
    {
        public Task CancelAsync() => Task.Run(source.Cancel);
    }
}
#endif
