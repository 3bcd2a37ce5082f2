using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events;

// The number under which a transaction locks a queue. Every transaction takes the locks of all rows that it will write first, in order,
// so two never wait for each other in a circle; and while it holds one, no other can add to that queue, move it on, or store a repeat of
// what is in it: calls with one repeat key are of one document. Equal numbers of different queues cost a wait, nothing else.
internal static class QueueKey
{
    // Of all malformed bodies, whose number and size is bounded over all endpoints.
    public const long Malformed = long.MinValue;

    public static long Of(WebSoInboxAppend delivery)
    {
        if (delivery.DocumentId.Length > 0)
            return OfQueue(delivery.Context.EndpointName, delivery.DocumentId);

        // A queue of its own; its repeats must meet all the same.
        Span<byte> bytes = stackalloc byte[16];
        if (delivery.RepeatKey.Length == bytes.Length)
            delivery.RepeatKey.Span.CopyTo(bytes);
        else
            delivery.Context.DeliveryId.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
    }

    private static long OfQueue(string endpointName, string documentId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{endpointName}\n{documentId}"), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
