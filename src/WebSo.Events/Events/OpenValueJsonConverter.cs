using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events;

// Converts a value type to and from its wire text. The server may also send a number or a boolean.
internal sealed class OpenValueJsonConverter<TValue>(Func<string?, TValue> create, Func<TValue, string> getText) : JsonConverter<TValue>
    where TValue : struct
{
    public override TValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => create(reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw new JsonException("Expected a JSON string, number, boolean or null."),
    });

    public override void Write(Utf8JsonWriter writer, TValue value, JsonSerializerOptions options) => writer.WriteStringValue(getText(value));
}
