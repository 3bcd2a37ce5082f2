#if !NET
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Polyfills;

// Members of .NET that .NET Framework lacks.
internal static class FrameworkPolyfills
{
    extension(ArgumentNullException)
    {
        public static void ThrowIfNull(object? argument, [CallerArgumentExpression(nameof(argument))] string? paramName = null)
        {
            if (argument is null)
                throw new ArgumentNullException(paramName);
        }
    }

    extension(Enum)
    {
        public static string[] GetNames<TEnum>()
            where TEnum : struct, Enum => Enum.GetNames(typeof(TEnum));
    }

    extension(Encoding encoding)
    {
        public string GetString(ReadOnlySpan<byte> bytes) => encoding.GetString(bytes.ToArray());

        public int GetBytes(ReadOnlySpan<char> text, Span<byte> bytes)
        {
            var encoded = encoding.GetBytes(text.ToArray());
            encoded.CopyTo(bytes);
            return encoded.Length;
        }
    }

    extension(string text)
    {
        public bool Contains(char value) => text.IndexOf(value) >= 0;

        public bool EndsWith(char value) => text.Length > 0 && text[text.Length - 1] == value;
    }

    extension(SHA256)
    {
        public static byte[] HashData(byte[] source)
        {
            using var sha = SHA256.Create();
            return sha.ComputeHash(source);
        }

        public static int HashData(ReadOnlySpan<byte> source, Span<byte> destination)
        {
            var hash = HashData(source.ToArray());
            hash.CopyTo(destination);
            return hash.Length;
        }
    }

    extension(CancellationTokenSource source)
    {
        public Task CancelAsync() => Task.Run(source.Cancel);
    }
}
#endif
