using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebSo.Events.Serialization;

// An event type of the application, described by its JsonTypeInfo.
internal sealed class CustomEventType<TEvent>(string eventName, JsonTypeInfo<TEvent> typeInfo) : WebSoEventType(eventName, typeof(TEvent))
    where TEvent : WebSoEvent
{
    private readonly HashSet<string> _known = NamesOf(typeInfo, _ => true);

    // String properties without a custom converter. Like those of documented events, they also accept a number or a boolean.
    private readonly HashSet<string> _texts = NamesOf(typeInfo, property => property.PropertyType == typeof(string) && property.CustomConverter is null);

    // A JsonExtensionData property takes all other properties.
    private readonly bool _hasExtensionData = typeInfo.Properties.Any(property => property.IsExtensionData);

    public override WebSoEvent Read(ref ParsedBody properties)
    {
        using var json = new PooledBuffer(properties.Utf8.Length);
        Select(ref properties, json);
        var e = Deserialize(ref properties, json.Written);
        properties.CheckId(KnownProperty.DocumentId, e.DocumentId);
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

    // Copies the properties that the type reads. As for documented events, the first of duplicate properties applies, and extra properties
    // can't be nested too deep.
    private void Select(ref ParsedBody properties, PooledBuffer json)
    {
        var names = new HashSet<string>(_known.Comparer);
        json.Write("{"u8);
        for (var i = 0; i < properties.Count; i++)
        {
            var name = properties.NameOf(i);
            if (!_known.Contains(name) && (!_hasExtensionData || properties.IsTooDeep(i)))
                continue;

            if (!names.Add(name))
            {
                properties.Omit(i);
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

    private TEvent Deserialize(ref ParsedBody properties, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, typeInfo)
                ?? throw new JsonException("The type info returned null for a JSON object.");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A converter of the application can throw any exception.
            throw properties.Error(
                EventFormatReason.InvalidCustomEvent,
                properties.End,
                $"the event {EventName} can't be read as {typeof(TEvent).Name} ({Describe(e)})",
                e);
        }
    }

    // Shows only property names of the type. Other parts of the path may contain names that the sender chose.
    private string Describe(Exception e)
    {
        var path = (e as JsonException)?.Path ?? "";
        var name = _known.FirstOrDefault(name => path == $"$.{name}" || path.StartsWith($"$.{name}.", StringComparison.Ordinal) || path.StartsWith($"$.{name}[", StringComparison.Ordinal));
        return name is null ? e.GetType().Name : $"the value of '{name}' does not fit";
    }
}
