using System.Text;
using System.Text.Json;

namespace WebSo.Events.Serialization;

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
            if (name == "event" || HasValue(name, e))
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

    // Whether the event has the property itself. What it could not read is an extra property of the same name.
    protected abstract bool HasValue(string propertyName, WebSoEvent e);

    protected abstract void WriteProperties(Utf8JsonWriter writer, WebSoEvent e);

    protected static void WriteEventName(Utf8JsonWriter writer, WebSoEvent e) => writer.WriteString("event"u8, e.EventName);

    protected static void WriteText(Utf8JsonWriter writer, string name, string? value, WebSoEvent e)
    {
        if (!string.IsNullOrEmpty(value))
            writer.WriteString(name, value);
        else if (e.IsComplete)
            throw new ArgumentException($"The event {e.EventName} has no '{name}': set the property, or set IsComplete to false.", nameof(e));
    }
}
