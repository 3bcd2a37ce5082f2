using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Inbox.Engine;

// The key that identifies a retry: a hash of the endpoint, path, query, verified correlation ID and exact body. Each part is preceded by
// its length, so that different calls can't produce the same bytes.
internal static class DuplicateKey
{
    public static byte[] Of(WebSoEventContext context)
    {
        using var parts = new MemoryStream(256 + context.Body.Length);
        Write(parts, context.EndpointName);
        Write(parts, context.RequestPath);
        Write(parts, context.QueryString);

        // A missing correlation ID differs from an empty one.
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
