using System.Text;
using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class WriteBackTests
{
    public static TheoryData<string> Names => [.. Payload.Names];

    [Theory]
    [InlineData("status_change.documented", "status_change.documented")]
    [InlineData("user_finish.documented", "user_finish.documented")]
    [InlineData("field_signed_or_rejected.documented", "field_signed_or_rejected.documented")]
    [InlineData("render_return.documented", "render_return.strict")]
    [InlineData("status_change.event_first", null)]
    public void SerializeToUtf8Bytes_ReadEvent_HasDocumentedOrder(string read, string? written)
    {
        var e = WebSoEventSerializer.Default.Deserialize(Payload.Read(read));

        var json = Encoding.UTF8.GetString(WebSoEventSerializer.Default.SerializeToUtf8Bytes(e));

        json.Should().Be(written is null
            ? """{"from":"3","to":"4","event":"STATUS_CHANGE","document_id":"23822"}"""
            : Encoding.UTF8.GetString(Payload.Read(written)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SerializeToUtf8Bytes_Payload_RoundTrips(string name)
    {
        var e = WebSoEventSerializer.Default.Deserialize(Payload.Read(name));

        var again = WebSoEventSerializer.Default.Deserialize(WebSoEventSerializer.Default.SerializeToUtf8Bytes(e));

        again.Should().Be(e);
        again.ExtraProperties.Keys.Should().Equal(e.ExtraProperties.Keys);
    }

    [Fact]
    public void Serialize_ExtraProperties_AreLastInOriginalOrder()
    {
        const string Json = """{"z":1.50,"from":"1","a":{"b":[1e2,null]},"to":"2","event":"STATUS_CHANGE","document_id":"Jörg & <b>"}""";

        var written = WebSoEventSerializer.Default.Serialize(WebSoEventSerializer.Default.Deserialize(Json));

        written.Should().Be("""{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"Jörg & <b>","z":1.50,"a":{"b":[1e2,null]}}""");
    }

    [Theory]
    [InlineData("event")]
    [InlineData("status")]
    [InlineData("document_id")]
    public void Serialize_ExtraPropertyWithDocumentedName_Throws(string name)
    {
        var e = new RenderReturnEvent { Status = RenderStatus.Error, DocumentId = "1", ExtraProperties = Extras.Of((name, "1")) };

        var act = () => WebSoEventSerializer.Default.Serialize(e);

        act.Should().Throw<ArgumentException>().WithMessage($"*extra property '{name}'*");
    }

    [Fact]
    public void Serialize_UnknownEventWithTwoDocumentIds_Throws()
    {
        var e = new UnknownWebSoEvent("A") { DocumentId = "1", ExtraProperties = Extras.Of(("document_id", "2")) };

        var act = () => WebSoEventSerializer.Default.Serialize(e);

        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Serialize_UnregisteredType_ThrowsWithFix()
    {
        var act = () => WebSoEventSerializer.Default.Serialize(new EnvelopeFinishedEvent { EnvelopeId = "1", Documents = 2 });

        act.Should().Throw<NotSupportedException>().WithMessage("*EnvelopeFinishedEvent*AddEventType*");
    }

    [Fact]
    public void Serialize_ToWriter_WritesNestedValue()
    {
        var e = WebSoEventSerializer.Default.Deserialize(Payload.Read("status_change.documented"));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            WebSoEventSerializer.Default.Serialize(writer, e);
            WebSoEventSerializer.Default.Serialize(writer, e);
            writer.WriteEndArray();
        }

        var one = WebSoEventSerializer.Default.Serialize(e);
        Encoding.UTF8.GetString(stream.ToArray()).Should().Be($"[{one},{one}]");
    }

    [Fact]
    public void Serialize_NullWriter_Throws()
    {
        var write = () => WebSoEventSerializer.Default.Serialize(null!, new RenderReturnEvent { Status = RenderStatus.Success, DocumentId = "1" });

        write.Should().Throw<ArgumentNullException>().WithParameterName("writer");
    }

    [Fact]
    public void Serialize_NullEvent_Throws()
    {
        var act = () => WebSoEventSerializer.Default.Serialize(null!);

        act.Should().Throw<ArgumentNullException>();
    }
}
