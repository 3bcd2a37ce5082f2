using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

/// <summary>
/// Lets <see cref="JsonSerializer"/> read and write <see cref="SignatureRequestStatus"/>, <see cref="FieldStatus"/> and
/// <see cref="RenderStatus"/> as their text on the wire. A number or a boolean is read as its text, and null as <c>default</c>.
/// </summary>
/// <remarks>An attribute on each of the three types selects it, also in a <c>JsonSerializerContext</c>. You need not add it to options.</remarks>
public sealed class WebSoValueJsonConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(SignatureRequestStatus) || typeToConvert == typeof(FieldStatus) || typeToConvert == typeof(RenderStatus);

    /// <inheritdoc/>
    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        if (typeToConvert == typeof(SignatureRequestStatus))
            return new WireTextConverter<SignatureRequestStatus>(text => new SignatureRequestStatus(text), status => status.Value);
        if (typeToConvert == typeof(FieldStatus))
            return new WireTextConverter<FieldStatus>(text => new FieldStatus(text), status => status.Value);
        return typeToConvert == typeof(RenderStatus) ? new WireTextConverter<RenderStatus>(text => new RenderStatus(text), status => status.Value) : null;
    }
}
