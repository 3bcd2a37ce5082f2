using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WebSo.Events;

// The key by which a repeat is known: the place of the call, and the event's properties by name, since their order varies. Each part
// goes in with its length, so that no two calls run together to the same bytes.
internal sealed class RepeatKey
{
    private byte[] _parts = new byte[512];
    private int _length;

    private RepeatKey(string kind, WebSoEventContext context)
    {
        Write(kind);
        Write(context.EndpointName);
        Write(context.RequestPath);
        Write(context.QueryString);
    }

    public static byte[] OfEvent(WebSoEventContext context, WebSoEvent e, WebSoEventSerializer serializer)
    {
        var key = new RepeatKey("event", context);
        var json = serializer.SerializeToUtf8Bytes(e);
        key.WriteSorted(json, 0, json.Length);
        return key.Hash();
    }

    public static byte[] OfMalformed(WebSoEventContext context)
    {
        var key = new RepeatKey("malformed", context);
        key.Write(context.Body.Span);
        return key.Hash();
    }

    // The object at a place in the text. All text is of one serializer, so equal names and values are equal bytes.
    private void WriteSorted(byte[] json, int begin, int length)
    {
        foreach (var property in ReadSorted(json, begin, length))
        {
            Write(json.AsSpan(property.Name, property.NameLength));
            if (property.IsObject)
            {
                Write("{");
                WriteSorted(json, property.Value, property.ValueLength);
                Write("}");
            }
            else
            {
                Write(json.AsSpan(property.Value, property.ValueLength));
            }
        }
    }

    private static List<Property> ReadSorted(byte[] json, int begin, int length)
    {
        const int Quotes = 2;
        var properties = new List<Property>(8);
        var reader = new Utf8JsonReader(json.AsSpan(begin, length));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, nameLength) = ((int)reader.TokenStartIndex, reader.ValueSpan.Length + Quotes);
            reader.Read();
            var (value, isObject) = ((int)reader.TokenStartIndex, reader.TokenType == JsonTokenType.StartObject);
            reader.Skip();
            properties.Add(new Property(begin + name, nameLength, begin + value, (int)reader.BytesConsumed - value, isObject));
        }

        properties.Sort((left, right) => json.AsSpan(left.Name, left.NameLength).SequenceCompareTo(json.AsSpan(right.Name, right.NameLength)));
        return properties;
    }

    private void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var end = _length + sizeof(int) + bytes.Length;
        if (end > _parts.Length)
            Array.Resize(ref _parts, Math.Max(end, 2 * _parts.Length));
        BinaryPrimitives.WriteInt32LittleEndian(_parts.AsSpan(_length), bytes.Length);
        bytes.CopyTo(_parts.AsSpan(_length + sizeof(int)));
        _length = end;
    }

    private byte[] Hash() => SHA256.HashData(_parts.AsSpan(0, _length).ToArray()).AsSpan(0, WebSoInboxAppend.RepeatKeyLength).ToArray();

    // Where in the text a name and its value are.
    private readonly record struct Property(int Name, int NameLength, int Value, int ValueLength, bool IsObject);
}
