using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

// Reads the token type of the value.
internal sealed class TokenTypeJsonConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType.ToString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
