using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

// Reads what kind of value came.
internal sealed class TokenTypeJsonConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType.ToString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
