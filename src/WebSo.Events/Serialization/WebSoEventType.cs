using System.Text;
using System.Text.Json;

namespace WebSo.Events;

// What the serializer knows of one kind of event.
internal abstract class WebSoEventType(string eventName, Type type)
{
    private readonly byte[] _nameUtf8 = Encoding.UTF8.GetBytes(eventName);

    public string EventName { get; } = eventName;

    public Type Type { get; } = type;

    public bool NameEquals(ReadOnlySpan<byte> utf8) => utf8.SequenceEqual(_nameUtf8);

    // The property 'event' is taken already.
    public abstract WebSoEvent Read(ref WireObject properties);

    public void Write(Utf8JsonWriter writer, WebSoEvent e)
    {
        foreach (var name in e.ExtraProperties.Keys)
        {
            if (name == "event" || IsDocumented(name, e))
                throw new ArgumentException($"The event {e.EventName} has the extra property '{name}', which is one of its own: set that instead.", nameof(e));
        }

        writer.WriteStartObject();
        WriteProperties(writer, e);
        foreach (var extra in e.ExtraProperties)
        {
            writer.WritePropertyName(extra.Key);
            extra.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    protected abstract bool IsDocumented(string propertyName, WebSoEvent e);

    protected abstract void WriteProperties(Utf8JsonWriter writer, WebSoEvent e);

    protected static void WriteEventName(Utf8JsonWriter writer, WebSoEvent e) => writer.WriteString("event"u8, e.EventName);

    protected static void WriteDocumentId(Utf8JsonWriter writer, WebSoEvent e)
    {
        if (e.DocumentId.Length == 0)
            throw new ArgumentException($"The event {e.EventName} has no DocumentId: set it, a receiver refuses the event without.", nameof(e));

        writer.WriteString("document_id"u8, e.DocumentId);
    }
}
