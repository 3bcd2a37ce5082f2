using System.Buffers;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

// The value types with JsonSerializer, by reflection and with a source-generated context.
public sealed class JsonSerializerTests
{
    [Theory]
    [InlineData("\"3\"", "3")]
    [InlineData("3", "3")]
    [InlineData("1.50e7", "1.50e7")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("null", "")]
    public void Deserialize_EachValueType_KeepsText(string json, string text)
    {
        JsonSerializer.Deserialize<SignatureRequestStatus>(json).Value.Should().Be(text);
        JsonSerializer.Deserialize<FieldStatus>(json).Value.Should().Be(text);
        JsonSerializer.Deserialize<RenderStatus>(json).Value.Should().Be(text);
        JsonSerializer.Deserialize(json, TestJsonContext.Default.SignatureRequestStatus).Value.Should().Be(text);
        JsonSerializer.Deserialize(json, TestJsonContext.Default.FieldStatus).Value.Should().Be(text);
        JsonSerializer.Deserialize(json, TestJsonContext.Default.RenderStatus).Value.Should().Be(text);
    }

    [Fact]
    public void Serialize_EachValueType_WritesText()
    {
        JsonSerializer.Serialize(SignatureRequestStatus.Finished).Should().Be("\"3\"");
        JsonSerializer.Serialize(SignatureRequestStatus.Failed, TestJsonContext.Default.SignatureRequestStatus).Should().Be("\"4\"");
        JsonSerializer.Serialize(FieldStatus.Rejected, TestJsonContext.Default.FieldStatus).Should().Be("\"rejected\"");
        JsonSerializer.Serialize(new RenderStatus("new"), TestJsonContext.Default.RenderStatus).Should().Be("\"new\"");
        JsonSerializer.Serialize(default(FieldStatus), TestJsonContext.Default.FieldStatus).Should().Be("\"\"");
    }

    [Fact]
    public void Serializer_ValuesInsideApplicationType_RoundTrip()
    {
        var holder = new ValueHolder(SignatureRequestStatus.New, null, RenderStatus.Error);

        var json = JsonSerializer.Serialize(holder, TestJsonContext.Default.ValueHolder);

        json.Should().Be("""{"Status":"1","Field":null,"Render":"error"}""");
        JsonSerializer.Deserialize(json, TestJsonContext.Default.ValueHolder).Should().Be(holder);
        JsonSerializer.Deserialize<ValueHolder>(json).Should().Be(holder);
        JsonSerializer.Deserialize("""{"Status":null,"Render":7}""", TestJsonContext.Default.ValueHolder).Should().Be(new ValueHolder(default, null, new("7")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[\"signed\"]")]
    public void Deserialize_ObjectOrArrayAsValue_ThrowsJsonException(string json)
    {
        var act = () => JsonSerializer.Deserialize<FieldStatus>(json);

        act.Should().Throw<JsonException>();
    }

    [Fact]
    public void Deserialize_NumberInTwoSegments_KeepsText()
    {
        var first = new BufferSegment("1.5"u8.ToArray());
        var last = first.Append("0e400"u8.ToArray());
        var reader = new Utf8JsonReader(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));

        JsonSerializer.Deserialize<FieldStatus>(ref reader).Value.Should().Be("1.50e400");
    }

    [Fact]
    public void Converter_OtherType_ReturnsNull()
    {
        var converter = new WebSoValueJsonConverter();

        converter.CanConvert(typeof(string)).Should().BeFalse();
        converter.CreateConverter(typeof(string), JsonSerializerOptions.Default).Should().BeNull();
    }
}
