using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebSo.Events;

// The key by which a repeat is known: the place of the call, and the event's properties by name, since their order varies. Each part
// goes in with its length, so that no two calls run together to the same bytes.
internal static class RepeatKey
{
    public static byte[] OfEvent(WebSoEventContext context, WebSoEvent e, WebSoEventSerializer serializer)
    {
        using var parts = NewParts("event", context);
        using var properties = JsonDocument.Parse(serializer.SerializeToUtf8Bytes(e));
        WriteSorted(parts, properties.RootElement);
        return Hash(parts);
    }

    public static byte[] OfMalformed(WebSoEventContext context)
    {
        using var parts = NewParts("malformed", context);
        Write(parts, context.Body.ToArray());
        return Hash(parts);
    }

    private static MemoryStream NewParts(string kind, WebSoEventContext context)
    {
        var parts = new MemoryStream(256);
        Write(parts, kind);
        Write(parts, context.EndpointName);
        Write(parts, context.RequestPath);
        Write(parts, context.QueryString);
        return parts;
    }

    private static void WriteSorted(MemoryStream parts, JsonElement element)
    {
        foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            Write(parts, property.Name);
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                Write(parts, "{");
                WriteSorted(parts, property.Value);
                Write(parts, "}");
            }
            else
            {
                Write(parts, property.Value.GetRawText());
            }
        }
    }

    private static void Write(MemoryStream parts, string text) => Write(parts, Encoding.UTF8.GetBytes(text));

    private static void Write(MemoryStream parts, byte[] bytes)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        parts.Write(length, 0, length.Length);
        parts.Write(bytes, 0, bytes.Length);
    }

    private static byte[] Hash(MemoryStream parts) => SHA256.HashData(parts.ToArray()).AsSpan(0, WebSoInboxAppend.RepeatKeyLength).ToArray();
}
