using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebSo.Events;

// The key by which a repeat is known: the place of the call, and the event's properties by name, since their order varies. Each part
// goes in with its length, so that no two calls run together to the same bytes.
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "They hold nothing but memory, for as long as their thread.")]
internal sealed class RepeatKey : IComparer<RepeatKey.Property>
{
    // Of an unusually long event no buffer is kept.
    private const int LongestKept = 4 * 1024;

    // Its buffers serve a thread's next event too: they are many times what a key is.
    [ThreadStatic]
    private static RepeatKey? t_kept;

    private readonly List<Property> _properties = new(8);
    private readonly MemoryStream _json = new(512);
    private readonly Utf8JsonWriter _writer;
    private byte[] _parts = new byte[512];
    private int _length;

    private RepeatKey() => _writer = new Utf8JsonWriter(_json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] OfEvent(WebSoEventContext context, WebSoEvent e, WebSoEventSerializer serializer)
    {
        var key = Begin("event", context);
        serializer.Serialize(key._writer, e);
        key._writer.Flush();
        key.WriteSorted(0, (int)key._json.Length);
        return key.End();
    }

    public static byte[] OfMalformed(WebSoEventContext context)
    {
        var key = Begin("malformed", context);
        key.Write(context.Body.Span);
        return key.End();
    }

    // By name.
    int IComparer<Property>.Compare(Property left, Property right)
    {
        var json = _json.GetBuffer();
        return json.AsSpan(left.Name, left.NameLength).SequenceCompareTo(json.AsSpan(right.Name, right.NameLength));
    }

    // One that threw is not taken again, since it holds what it had begun.
    private static RepeatKey Begin(string kind, WebSoEventContext context)
    {
        var key = t_kept ?? new RepeatKey();
        t_kept = null;
        key.Write(kind);
        key.Write(context.EndpointName);
        key.Write(context.RequestPath);
        key.Write(context.QueryString);
        return key;
    }

    private byte[] End()
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(_parts.AsSpan(0, _length), hash);
        if (_parts.Length <= LongestKept && _json.Capacity <= LongestKept)
        {
            _length = 0;
            _json.SetLength(0);
            _writer.Reset();
            t_kept = this;
        }

        return hash.Slice(0, WebSoInboxAppend.RepeatKeyLength).ToArray();
    }

    // The object at a place in the text. All text is of one serializer, so equal names and values are equal bytes.
    private void WriteSorted(int begin, int length)
    {
        var first = _properties.Count;
        ReadProperties(begin, length);
        var count = _properties.Count - first;
        _properties.Sort(first, count, this);
        for (var i = first; i < first + count; i++)
        {
            var property = _properties[i];
            Write(_json.GetBuffer().AsSpan(property.Name, property.NameLength));
            if (property.IsObject)
            {
                Write("{");
                WriteSorted(property.Value, property.ValueLength);
                Write("}");
            }
            else
            {
                Write(_json.GetBuffer().AsSpan(property.Value, property.ValueLength));
            }
        }

        _properties.RemoveRange(first, count);
    }

    private void ReadProperties(int begin, int length)
    {
        const int Quotes = 2;
        var reader = new Utf8JsonReader(_json.GetBuffer().AsSpan(begin, length));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, nameLength) = ((int)reader.TokenStartIndex, reader.ValueSpan.Length + Quotes);
            reader.Read();
            var (value, isObject) = ((int)reader.TokenStartIndex, reader.TokenType == JsonTokenType.StartObject);
            reader.Skip();
            _properties.Add(new Property(begin + name, nameLength, begin + value, (int)reader.BytesConsumed - value, isObject));
        }
    }

    private void Write(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, 0, text.Length, _parts, _length + sizeof(int));
        WriteLength(length);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_parts.AsSpan(_length + sizeof(int)));
        WriteLength(bytes.Length);
    }

    private void Reserve(int length)
    {
        var end = _length + sizeof(int) + length;
        if (end > _parts.Length)
            Array.Resize(ref _parts, Math.Max(end, 2 * _parts.Length));
    }

    // Of the bytes that stand behind it.
    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_parts.AsSpan(_length), length);
        _length += sizeof(int) + length;
    }

    // Where in the text a name and its value are.
    private readonly record struct Property(int Name, int NameLength, int Value, int ValueLength, bool IsObject);
}
