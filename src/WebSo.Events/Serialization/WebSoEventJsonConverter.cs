using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>Lets <see cref="JsonSerializer"/> read and write events. The JSON must be strict: names are in quotes, for example.</summary>
/// <remarks>An attribute on each documented event sets it. It knows the documented events only.</remarks>
public sealed class WebSoEventJsonConverter<TEvent> : JsonConverter<TEvent>
    where TEvent : WebSoEvent
{
    /// <inheritdoc/>
    public override TEvent? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            var e = WebSoEventSerializer.Default.Read(JsonMarshal.GetRawUtf8Value(document.RootElement), charset: null);
            return e as TEvent ?? throw new JsonException($"The event {e.EventName} is no {typeof(TEvent).Name}.");
        }
        catch (WebSoEventFormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TEvent value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);

        WebSoEventSerializer.Default.Serialize(writer, value);
    }
}
