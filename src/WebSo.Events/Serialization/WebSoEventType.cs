using System.Text;
using System.Text.Json;

namespace WebSo.Events.Serialization;

// Reads and writes one type of event.
internal abstract class WebSoEventType(string eventName, Type type)
{
    private readonly byte[] _nameUtf8 = Encoding.UTF8.GetBytes(eventName);

    public string EventName { get; } = eventName;

    public Type Type { get; } = type;

    public bool NameEquals(ReadOnlySpan<byte> utf8) => utf8.SequenceEqual(_nameUtf8);

    // The property 'event' is already marked as taken.
    public abstract WebSoEvent Read(ref ParsedBody properties);

    public void Write(Utf8JsonWriter writer, WebSoEvent e)
    {
        foreach (var name in e.ExtraProperties.Keys)
        {
            if (name == "event" || HasValue(name, e))
                throw new ArgumentException($"The event {e.EventName} has the extra property '{name}', but this name belongs to a documented property. Set the documented property instead.", nameof(e));
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

    // Whether the event has a value for the property. An unreadable value is an extra property with the same name.
    protected abstract bool HasValue(string propertyName, WebSoEvent e);

    protected abstract void WriteProperties(Utf8JsonWriter writer, WebSoEvent e);

    protected static void WriteEventName(Utf8JsonWriter writer, WebSoEvent e) => writer.WriteString("event"u8, e.EventName);

    protected static void WriteText(Utf8JsonWriter writer, string name, string? value, WebSoEvent e)
    {
        if (!string.IsNullOrEmpty(value))
            writer.WriteString(name, value);
        else if (e.IsComplete)
            throw new ArgumentException($"The event {e.EventName} has no '{name}'. Set the property, or set IsComplete to false.", nameof(e));
    }
}
