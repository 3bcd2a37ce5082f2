using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Engine;

// The key by which a retry is known: the place of the call, the correlation ID that was verified, and the exact body. Each part goes in with its
// length, so that no two calls run together to the same bytes.
internal static class DuplicateKey
{
    public static byte[] Of(WebSoEventContext context)
    {
        using var parts = new MemoryStream(256 + context.Body.Length);
        Write(parts, context.EndpointName);
        Write(parts, context.RequestPath);
        Write(parts, context.QueryString);

        // None is not the same as an empty one.
        parts.WriteByte(context.CorrelationId is null ? (byte)0 : (byte)1);
        Write(parts, context.CorrelationId ?? "");
        Write(parts, context.Body.ToArray());
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(parts.GetBuffer().AsSpan(0, (int)parts.Length), hash);
        return hash.Slice(0, NewDelivery.KeyLength).ToArray();
    }

    private static void Write(MemoryStream parts, string text) => Write(parts, Encoding.UTF8.GetBytes(text));

    private static void Write(MemoryStream parts, byte[] bytes)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        parts.Write(length, 0, length.Length);
        parts.Write(bytes, 0, bytes.Length);
    }
}
