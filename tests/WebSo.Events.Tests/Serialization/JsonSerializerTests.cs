using System.Buffers;
using System.Text;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class JsonSerializerTests
{
    private const string Render = """{"event":"RENDER_RETURN","status":"success","document_id":"1234"}""";

    private static readonly JsonSerializerOptions s_smallBuffer = new() { DefaultBufferSize = 1 };

    public static TheoryData<string, Type> Documented => new()
    {
        { """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822","x":[1]}""", typeof(StatusChangeEvent) },
        { """{"user_id":"1","event":"USER_FINISH","document_id":"27268","fields_signed":"2"}""", typeof(UserFinishEvent) },
        {
            """{"field_id":"12","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"27268","user_id":"1"}""",
            typeof(FieldSignedOrRejectedEvent)
        },
        { Render, typeof(RenderReturnEvent) },
        { """{"event":"ENVELOPE_FINISHED","document_id":"1","x":{"y":null}}""", typeof(UnknownWebSoEvent) },
    };

    [Theory]
    [MemberData(nameof(Documented))]
    public void Serializer_WithEachType_ReadsAndWritesTheWireForm(string json, Type type)
    {
        var expected = WebSoEventSerializer.Default.Deserialize(json);

        foreach (var target in new[] { type, typeof(WebSoEvent) })
        {
            JsonSerializer.Deserialize(json, target).Should().Be(expected);
            JsonSerializer.Serialize(expected, target).Should().Be(json);
            JsonSerializer.Deserialize(json, target, TestJsonContext.Default).Should().Be(expected);
            JsonSerializer.Serialize(expected, target, TestJsonContext.Default).Should().Be(json);
        }
    }

    [Fact]
    public void Serializer_EventsWithinAnotherType_AreReadAndWritten()
    {
        var holder = new EventHolder(
            new UnknownWebSoEvent("A"),
            new StatusChangeEvent { From = new("7"), To = SignatureRequestStatus.Failed, DocumentId = "5" },
            RenderStatus.Error);

        var json = JsonSerializer.Serialize(holder, TestJsonContext.Default.EventHolder);

        json.Should().Be("""{"Any":{"event":"A"},"Status":{"from":"7","to":"4","event":"STATUS_CHANGE","document_id":"5"},"Render":"error"}""");
        JsonSerializer.Deserialize(json, TestJsonContext.Default.EventHolder).Should().Be(holder);
        JsonSerializer.Deserialize("""{"Any":null,"Render":null}""", TestJsonContext.Default.EventHolder).Should().Be(new EventHolder(null, null, default));
    }

    [Theory]
    [InlineData("""{event:"RENDER_RETURN","status":"success","document_id":"1234"}""")]
    [InlineData("""{"event":"RENDER_RETURN","status":"success	","document_id":"1"}""")]
    [InlineData("""{"event":"RENDER_RETURN","status":"success","document_id":"1","event":"STATUS_CHANGE"}""")]
    [InlineData("""[]""")]
    [InlineData("""{}""")]
    [InlineData("""{"event":"RENDER_RETURN","status":"success","document_id":"1"} x""")]
    public void Deserialize_NoStrictEvent_ThrowsJsonException(string json)
    {
        var act = () => JsonSerializer.Deserialize<WebSoEvent>(json);

        act.Should().Throw<JsonException>();
    }

    [Theory]
    [InlineData("""{"event":"RENDER_RETURN","status":"success","document_id":""}""")]
    [InlineData("""{"event":"RENDER_RETURN","status":"success"}""")]
    [InlineData("""{"event":"RENDER_RETURN","status":"\ud800","document_id":"1"}""")]
    public void Deserialize_IncompleteEvent_IsReadAndWritten(string json)
    {
        var e = JsonSerializer.Deserialize<RenderReturnEvent>(json);

        e!.IsComplete.Should().BeFalse();
        JsonSerializer.Deserialize<WebSoEvent>(JsonSerializer.Serialize(e)).Should().Be(e);
    }

    [Fact]
    public void Deserialize_AnotherEventThanAskedFor_ThrowsJsonException()
    {
        var act = () => JsonSerializer.Deserialize<StatusChangeEvent>(Render);

        act.Should().Throw<JsonException>().WithMessage("*RENDER_RETURN is no StatusChangeEvent*");
    }

    [Fact]
    public void Deserialize_FormatException_IsTheInnerException()
    {
        var act = () => JsonSerializer.Deserialize<WebSoEvent>("""{"event":""}""");

        act.Should().Throw<JsonException>().WithInnerException<WebSoEventFormatException>()
            .Which.Reason.Should().Be(WebSoEventFormatReason.InvalidEventName);
    }

    [Fact]
    public async Task DeserializeAsync_StreamInSmallPieces_GivesTheEvent()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Render));

        var e = await JsonSerializer.DeserializeAsync<WebSoEvent>(stream, s_smallBuffer, TestContext.Current.CancellationToken);

        e.Should().Be(WebSoEventSerializer.Default.Deserialize(Render));
    }

    [Theory]
    [InlineData("\"3\"", "3")]
    [InlineData("3", "3")]
    [InlineData("1.50e7", "1.50e7")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    public void Deserialize_StatusAlone_KeepsTheRawText(string json, string text)
    {
        JsonSerializer.Deserialize<SignatureRequestStatus>(json).Value.Should().Be(text);
        JsonSerializer.Deserialize(json, TestJsonContext.Default.FieldStatus).Value.Should().Be(text);
        JsonSerializer.Serialize(new RenderStatus(text), TestJsonContext.Default.RenderStatus).Should().Be($"\"{text}\"");
    }

    [Fact]
    public void Deserialize_StatusFromAnObject_ThrowsJsonException()
    {
        var act = () => JsonSerializer.Deserialize<FieldStatus>("{}");

        act.Should().Throw<JsonException>();
    }

    [Fact]
    public void WireText_NumberOverTwoSegments_KeepsTheRawText()
    {
        var first = new BufferSegment("1.5"u8.ToArray());
        var last = first.Append("0e400"u8.ToArray());
        var reader = new Utf8JsonReader(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
        reader.Read();

        var text = new WireTextJsonConverter().Read(ref reader, typeof(string), JsonSerializerOptions.Default);

        text.Should().Be("1.50e400");
    }
}
