using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events;

// The key by which a repeat is known: a retry sends the same bytes to the same place. Each part is preceded by its length, so that no two
// calls run together to the same bytes.
internal static class RepeatKey
{
    public static byte[] Of(WebSoEventContext context)
    {
        string?[] texts = [context.EndpointName, context.RequestPath, context.QueryString, context.CorrelationId];
        var body = context.Body.Span;
        var parts = ArrayPool<byte>.Shared.Rent(texts.Sum(text => sizeof(int) + Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0)) + body.Length);
        var length = 0;
        foreach (var text in texts)
        {
            var written = text is null ? 0 : Encoding.UTF8.GetBytes(text, 0, text.Length, parts, length + sizeof(int));

            // Of an absent correlation ID and an empty one, too, the lengths differ.
            BinaryPrimitives.WriteInt32LittleEndian(parts.AsSpan(length), text is null ? -1 : written);
            length += sizeof(int) + written;
        }

        body.CopyTo(parts.AsSpan(length));
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(parts.AsSpan(0, length + body.Length), hash);
        ArrayPool<byte>.Shared.Return(parts);
        return hash.Slice(0, WebSoInboxAppend.RepeatKeyLength).ToArray();
    }
}
