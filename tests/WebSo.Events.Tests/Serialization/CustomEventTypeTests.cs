using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class CustomEventTypeTests
{
    private static readonly WebSoEventSerializer s_serializer = WebSoEventSerializer.Default
        .WithEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent)
        .WithEventType("THROWING", TestJsonContext.Default.ThrowingEvent)
        .WithEventType("LENIENT", TestJsonContext.Default.LenientEvent)
        .WithEventType("OVERFLOWING", TestJsonContext.Default.OverflowingEvent);

    [Fact]
    public void Deserialize_RegisteredName_ReturnsCustomType()
    {
        var e = s_serializer.Deserialize("""{"documents":3,"event":"ENVELOPE_FINISHED","envelope_id":"7","document_id":"9"}""");

        e.Should().Be(new EnvelopeFinishedEvent { EnvelopeId = "7", Documents = 3, DocumentId = "9" });
    }

    [Fact]
    public void Deserialize_DocumentedNames_AreUnaffected() => s_serializer.Deserialize(Payload.Read("render_return.documented"))
        .Should().Be(new RenderReturnEvent { Status = RenderStatus.Success, DocumentId = "1234" });

    [Fact]
    public void Deserialize_LenientJson_IsReadAsForDocumentedEvents()
    {
        var e = s_serializer.Deserialize("\uFEFF {event:\"ENVELOPE\\u005fFINISHED\",envelope_id:7,document_id:9,\"documents\":3,more:{x:[1]}}");

        e.Should().Be(new EnvelopeFinishedEvent
        {
            EnvelopeId = "7",
            Documents = 3,
            DocumentId = "9",
            ExtraProperties = Extras.Of(("more", """{"x":[1]}""")),
        });
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("-1.50e7", "-1.50e7")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("\"a\\n\"", "a\n")]
    [InlineData("null", null)]
    public void Deserialize_ScalarForString_IsReadAsText(string json, string? text)
    {
        var e = (LenientEvent)s_serializer.Deserialize($$"""{"event":"LENIENT","text":{{json}},"render":{{json}},"document_id":1}""");

        (e.Text, e.Render.Value, e.DocumentId).Should().Be((text, text ?? "", "1"));
    }

    [Fact]
    public void Deserialize_ScalarForOtherProperty_IsReadUnchanged()
    {
        var e = (LenientEvent)s_serializer.Deserialize("""{"event":"LENIENT","count":7,"any":true,"own":8,"document_id":"1"}""");

        (e.Count, e.Any.ValueKind, e.Own).Should().Be((7, JsonValueKind.True, "Number"));
    }

    [Fact]
    public void Serialize_ReadEvent_WritesExtraPropertiesLast()
    {
        const string Json = """{"more":{"x":[1]},"envelope_id":"7","event":"ENVELOPE_FINISHED","documents":3}""";

        var e = s_serializer.Deserialize(Json);
        var written = s_serializer.Serialize(e);

        using var document = JsonDocument.Parse(written);
        document.RootElement.EnumerateObject().Select(property => property.Name).Should()
            .Equal("event", "envelope_id", "documents", "counts", "document_id", "more");
        s_serializer.Deserialize(written).Should().Be(e);
    }

    [Fact]
    public void Serialize_ExtraPropertyWithDocumentedName_Throws()
    {
        var e = new EnvelopeFinishedEvent { EnvelopeId = "7", Documents = 3, ExtraProperties = Extras.Of(("documents", "4")) };

        var act = () => s_serializer.Serialize(e);

        act.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("""{"event":"ENVELOPE_FINISHED","envelope_id":"7","documents":"three"}""")]
    [InlineData("""{"event":"ENVELOPE_FINISHED","envelope_id":{},"documents":3}""")]
    [InlineData("""{"event":"ENVELOPE_FINISHED","envelope_id":"7"}""")]
    [InlineData("""{"event":"THROWING","value":"x"}""")]
    public void Deserialize_CustomTypeCannotReadEvent_Throws(string json)
    {
        var act = () => s_serializer.Deserialize(json);

        var error = act.Should().Throw<EventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((EventFormatReason.InvalidCustomEvent, json.Length - 1));
    }

    [Fact]
    public void Deserialize_ConverterThrows_KeepsCause()
    {
        var act = () => s_serializer.Deserialize("""{"event":"THROWING","value":"x"}""");

        act.Should().Throw<EventFormatException>().WithInnerException<ArithmeticException>();
    }

    [Fact]
    public void Deserialize_WrongValueUnderNameOfSender_DoesNotShowName()
    {
        var act = () => s_serializer.Deserialize("""{"event":"ENVELOPE_FINISHED","envelope_id":"7","documents":3,"counts":{"tell\nnobody":"x"}}""");

        act.Should().Throw<EventFormatException>().Which.Message.Should().Contain("counts").And.NotContain("nobody");
    }

    [Fact]
    public void Deserialize_TolerantJson_IsReadByCustomType()
    {
        byte[] body = [.. "{\"event\":\"ENVELOPE_FINISHED\",\"documents\":3,\"envelope_id\":\"a\tb\",\"document_id\":\""u8, 0xFC, .. "\",\"x\":1,\"x\":2}"u8];

        var e = s_serializer.Deserialize(body);

        e.Should().Be(new EnvelopeFinishedEvent
        {
            EnvelopeId = "a\tb",
            Documents = 3,
            DocumentId = "ü",
            ExtraProperties = Extras.Of(("x", "1")),
            IsComplete = false,
        });
        s_serializer.Deserialize(body[..^"1,\"x\":2}".Length].Concat("1}"u8.ToArray()).ToArray(), "windows-1252").IsComplete.Should().BeTrue();
    }

    // As for documented events, the first of duplicate properties applies, and unread properties do no harm.
    [Theory]
    [InlineData("\"documents\":3,\"documents\":4,\"document_id\":\"9\"")]
    [InlineData("\"documents\":3,\"doc\\u0075ments\":4,\"document_id\":\"9\"")]
    [InlineData("\"documents\":3,\"document_id\":\"9\",\"document_id\":\"10\"")]
    [InlineData("\"documents\":3,\"documents\":\"four\",\"document_id\":\"9\"")]
    public void Deserialize_DuplicateProperty_UsesFirst(string properties)
    {
        var e = s_serializer.Deserialize($$"""{"event":"ENVELOPE_FINISHED","envelope_id":"7",{{properties}}}""");

        e.Should().Be(new EnvelopeFinishedEvent { EnvelopeId = "7", Documents = 3, DocumentId = "9", IsComplete = false });
    }

    [Fact]
    public void Deserialize_NamesThatDifferInCase_FollowTypeInfo()
    {
        var context = new TestJsonContext(new JsonSerializerOptions { PropertyNameCaseInsensitive = true });
        var serializer = WebSoEventSerializer.Default.WithEventType("ENVELOPE_FINISHED", context.EnvelopeFinishedEvent);

        var e = serializer.Deserialize("""{"event":"ENVELOPE_FINISHED","ENVELOPE_ID":"7","Documents":3,"documents":4}""");

        e.Should().Be(new EnvelopeFinishedEvent { EnvelopeId = "7", Documents = 3, IsComplete = false });
    }

    [Fact]
    public void Deserialize_PropertyNestedTooDeep_IsOmittedUnlessTypeReadsIt()
    {
        var deep = new string('[', 100) + new string(']', 100);

        var ofOthers = s_serializer.Deserialize($$"""{"event":"ENVELOPE_FINISHED","envelope_id":"7","documents":3,"x":{{deep}}}""");
        var withRest = s_serializer.Deserialize($$"""{"event":"OVERFLOWING","document_id":"1","x":{{deep}},"y":1}""");
        var itsOwn = () => s_serializer.Deserialize($$"""{"event":"ENVELOPE_FINISHED","envelope_id":"7","documents":3,"counts":{{deep}}}""");

        ofOthers.Should().Be(new EnvelopeFinishedEvent { EnvelopeId = "7", Documents = 3, IsComplete = false });
        ((OverflowingEvent)withRest).Rest.Should().ContainKey("y").And.NotContainKey("x");
        withRest.IsComplete.Should().BeFalse();
        itsOwn.Should().Throw<EventFormatException>().Which.Reason.Should().Be(EventFormatReason.InvalidCustomEvent);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\uFFFD")]
    public void Deserialize_DocumentIdWithReplacementCharacter_IsIncomplete(string id) =>
        s_serializer.Deserialize($$"""{"event":"ENVELOPE_FINISHED","documents":3,"envelope_id":"1","document_id":"{{id}}"}""").IsComplete.Should().BeFalse();

    [Fact]
    public void Serialize_TypeWithExtensionData_WritesEachPropertyOnce()
    {
        var e = s_serializer.Deserialize("""{"event":"OVERFLOWING","document_id":"1","x":[1]}""");

        var written = s_serializer.Serialize(e);

        ((OverflowingEvent)e).Rest.Should().ContainKey("x");
        e.ExtraProperties.Should().BeEmpty();
        written.Should().Be("""{"event":"OVERFLOWING","document_id":"1","x":[1]}""");
    }

    [Fact]
    public void WithEventType_SameNameAndType_ReturnsSameSerializer() =>
        s_serializer.WithEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent).Should().BeSameAs(s_serializer);

    [Theory]
    [InlineData("STATUS_CHANGE")]
    [InlineData("ENVELOPE_FINISHED")]
    [InlineData("")]
    [InlineData(null)]
    public void WithEventType_UsedOrEmptyName_Throws(string? name)
    {
        var act = () => s_serializer.WithEventType(name!, TestJsonContext.Default.ThrowingEvent);

        act.Should().Throw<ArgumentException>().WithParameterName("eventName");
    }

    [Fact]
    public void WithEventType_OneTypeWithTwoNames_KeepsEventName()
    {
        var serializer = s_serializer.WithEventType("ENVELOPE_CLOSED", TestJsonContext.Default.EnvelopeFinishedEvent);

        var e = serializer.Deserialize("""{"event":"ENVELOPE_CLOSED","envelope_id":"7","documents":3}""");

        e.Should().BeOfType<EnvelopeFinishedEvent>().Which.EventName.Should().Be("ENVELOPE_CLOSED");
        serializer.Serialize(e).Should().StartWith("""{"event":"ENVELOPE_CLOSED",""");
    }

    [Fact]
    public void WithEventType_OnDefault_DoesNotChangeDefault() =>
        WebSoEventSerializer.Default.Deserialize("""{"event":"ENVELOPE_FINISHED"}""").Should().BeOfType<UnknownWebSoEvent>();
}
