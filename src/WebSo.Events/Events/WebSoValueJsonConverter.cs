using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>
/// Converts <see cref="SignatureRequestStatus"/>, <see cref="FieldStatus"/> and <see cref="RenderStatus"/> to and from JSON strings. A JSON
/// number or boolean is read as its text, and null as <c>default</c>.
/// </summary>
/// <remarks>
/// You don't have to add it to <see cref="JsonSerializerOptions"/>: an attribute on each type selects it, also in a
/// <c>JsonSerializerContext</c>.
/// </remarks>
public sealed class WebSoValueJsonConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(SignatureRequestStatus) || typeToConvert == typeof(FieldStatus) || typeToConvert == typeof(RenderStatus);

    /// <inheritdoc/>
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        if (typeToConvert == typeof(SignatureRequestStatus))
            return new OpenValueJsonConverter<SignatureRequestStatus>(text => new SignatureRequestStatus(text), status => status.Value);
        if (typeToConvert == typeof(FieldStatus))
            return new OpenValueJsonConverter<FieldStatus>(text => new FieldStatus(text), status => status.Value);
        return typeToConvert == typeof(RenderStatus) ? new OpenValueJsonConverter<RenderStatus>(text => new RenderStatus(text), status => status.Value) : null;
    }
}
