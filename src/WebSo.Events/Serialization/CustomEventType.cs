using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebSo.Events;

// An event of a future server, as the integrator's JsonTypeInfo describes it.
internal sealed class CustomEventType<TEvent>(string eventName, JsonTypeInfo<TEvent> typeInfo) : WebSoEventType(eventName, typeof(TEvent))
    where TEvent : WebSoEvent
{
    private readonly HashSet<string> _known = new(
        typeInfo.Properties.Select(property => property.Name),
        typeInfo.Options.PropertyNameCaseInsensitive ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    // A JsonExtensionData property keeps the rest itself.
    private readonly bool _takesAll = typeInfo.Properties.Any(property => property.IsExtensionData);

    public override WebSoEvent Read(ref WireObject properties)
    {
        var e = Deserialize(ref properties);
        for (var i = 0; i < properties.Count; i++)
        {
            if (_takesAll || _known.Contains(properties.NameOf(i)))
                properties.Take(i);
        }

        properties.CheckId(WireName.DocumentId, e.DocumentId);
        var extras = properties.TakeExtras();
        e.SetWireValues(EventName, extras, properties.IsComplete);
        return e;
    }

    protected override bool HasValue(string propertyName, WebSoEvent e) => _known.Contains(propertyName);

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        WriteEventName(writer, e);
        foreach (var property in JsonSerializer.SerializeToElement((TEvent)e, typeInfo).EnumerateObject())
        {
            if (!property.NameEquals("event"u8))
                property.WriteTo(writer);
        }
    }

    private TEvent Deserialize(ref WireObject properties)
    {
        try
        {
            return JsonSerializer.Deserialize(properties.Utf8.Slice(0, properties.End + 1), typeInfo)
                ?? throw new JsonException("The type info made null of an object.");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Converters are the integrator's: whatever they throw, the body could not be read as this type.
            throw properties.Error(
                WebSoEventFormatReason.InvalidCustomEvent,
                properties.End,
                $"the event {EventName} can't be read as {typeof(TEvent).Name}: {Describe(e)}",
                e);
        }
    }

    // Of the path only a name of the type itself: what is below may be names of the sender.
    private string Describe(Exception e)
    {
        var path = (e as JsonException)?.Path ?? "";
        var name = _known.FirstOrDefault(name => path == $"$.{name}" || path.StartsWith($"$.{name}.", StringComparison.Ordinal) || path.StartsWith($"$.{name}[", StringComparison.Ordinal));
        return name is null ? e.GetType().Name : $"the value of '{name}' does not fit";
    }
}
