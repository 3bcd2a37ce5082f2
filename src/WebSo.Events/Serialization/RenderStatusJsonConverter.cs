using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>Lets <see cref="JsonSerializer"/> read and write a <see cref="RenderStatus"/> as its text on the wire.</summary>
public sealed class RenderStatusJsonConverter : JsonConverter<RenderStatus>
{
    /// <inheritdoc/>
    public override RenderStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(WireTextJsonConverter.ReadText(ref reader));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RenderStatus value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);

        writer.WriteStringValue(value.Value);
    }
}
