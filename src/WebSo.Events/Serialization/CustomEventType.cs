using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebSo.Events.Serialization;

// An event of a future server, as the integrator's JsonTypeInfo describes it.
internal sealed class CustomEventType<TEvent>(string eventName, JsonTypeInfo<TEvent> typeInfo) : WebSoEventType(eventName, typeof(TEvent))
    where TEvent : WebSoEvent
{
    private readonly HashSet<string> _known = NamesOf(typeInfo, _ => true);

    // As in the documented events, such a text may come as a number or a boolean. A converter of the integrator gets what was sent.
    private readonly HashSet<string> _texts = NamesOf(typeInfo, property => property.PropertyType == typeof(string) && property.CustomConverter is null);

    // A JsonExtensionData property keeps the rest itself.
    private readonly bool _takesAll = typeInfo.Properties.Any(property => property.IsExtensionData);

    public override WebSoEvent Read(ref WireObject properties)
    {
        using var json = new WireBuffer(properties.Utf8.Length);
        Select(ref properties, json);
        var e = Deserialize(ref properties, json.Written);
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

    // What the type reads, by the rules of the documented events: of a property that is given twice the first counts, and what would only be
    // an extra is not nested too deep.
    private void Select(ref WireObject properties, WireBuffer json)
    {
        var names = new HashSet<string>(_known.Comparer);
        json.Write("{"u8);
        for (var i = 0; i < properties.Count; i++)
        {
            var name = properties.NameOf(i);
            if (!_known.Contains(name) && (!_takesAll || properties.IsTooDeep(i)))
                continue;

            if (!names.Add(name))
            {
                properties.LeaveOut(i);
                continue;
            }

            properties.Take(i);
            if (names.Count > 1)
                json.Write(","u8);
            properties.CopyTo(json, i, asText: _texts.Contains(name) && properties.IsText(i));
        }

        json.Write("}"u8);
    }

    private static HashSet<string> NamesOf(JsonTypeInfo typeInfo, Func<JsonPropertyInfo, bool> isIncluded) => new(
        typeInfo.Properties.Where(isIncluded).Select(property => property.Name),
        typeInfo.Options.PropertyNameCaseInsensitive ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private TEvent Deserialize(ref WireObject properties, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, typeInfo)
                ?? throw new JsonException("The type info made null of an object.");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Converters are the integrator's: whatever they throw, the body could not be read as this type.
            throw properties.Error(
                EventFormatReason.InvalidCustomEvent,
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
