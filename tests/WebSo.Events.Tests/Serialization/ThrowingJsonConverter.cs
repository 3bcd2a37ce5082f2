using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebSo.Events.Tests;

internal sealed class ThrowingJsonConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new ArithmeticException("A converter of the integrator failed.");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
