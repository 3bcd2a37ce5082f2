using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

// An event with an absent or unreadable documented property is still received.
public sealed class IncompleteEventTests
{
    private static readonly WebSoEventSerializer s_serializer = WebSoEventSerializer.Default;

    private static readonly string[] s_documented =
    [
        """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""",
        """{"user_id":"1","event":"USER_FINISH","document_id":"27268","fields_signed":"2"}""",
        """{"field_id":"12","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"27268","user_id":"1"}""",
        """{"event":"RENDER_RETURN","status":"success","document_id":"1234"}""",
    ];

    // Null means that the property is absent.
    private static readonly string?[] s_unusable = [null, "null", "\"\"", "{}", "[]", """{"id":"5"}""", "[\"1\"]"];

    public static TheoryData<string, string, string?> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string?>();
            foreach (var json in s_documented)
            {
                foreach (var name in JsonNode.Parse(json)!.AsObject().Select(property => property.Key).Where(name => name != "event"))
                {
                    foreach (var value in s_unusable)
                        cases.Add(json, name, value);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Deserialize_UnreadableProperty_HasDefaultValue(string json, string name, string? value)
    {
        var complete = s_serializer.Deserialize(json);

        var e = s_serializer.Deserialize(With(json, name, value));

        complete.IsComplete.Should().BeTrue();
        e.IsComplete.Should().BeFalse();
        e.Should().Be(Expected(complete, name) with { IsComplete = false, ExtraProperties = value is null ? ExtraPropertyDictionary.Empty : Extras.Of((name, value)) });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Serialize_IncompleteEvent_RoundTrips(string json, string name, string? value)
    {
        var e = s_serializer.Deserialize(With(json, name, value));

        var written = s_serializer.Serialize(e);

        s_serializer.Deserialize(written).Should().Be(e);
        using var document = JsonDocument.Parse(written);
        document.RootElement.EnumerateObject().Select(property => property.Name).Should().OnlyHaveUniqueItems()
            .And.HaveCount(JsonNode.Parse(json)!.AsObject().Count - (value is null ? 1 : 0));
    }

    [Theory]
    [InlineData("\"two\"")]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData("true")]
    [InlineData("\" 2\"")]
    [InlineData("\"2\\u0020\"")]
    public void Deserialize_CountNotANumber_IsNullAndExtraProperty(string value)
    {
        var e = (UserFinishEvent)s_serializer.Deserialize($$"""{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":{{value}}}""");

        (e.FieldsSigned, e.IsComplete).Should().Be((null, false));
        e.ExtraProperties["fields_signed"].GetRawText().Should().Be(value);
        s_serializer.Deserialize(s_serializer.Serialize(e)).Should().Be(e);
    }

    [Fact]
    public void Deserialize_OnlyName_ReturnsDocumentedType()
    {
        s_serializer.Deserialize("""{"event":"STATUS_CHANGE"}""").Should().Be(new StatusChangeEvent { From = default, To = default, IsComplete = false });
        s_serializer.Deserialize("""{"event":"USER_FINISH"}""").Should().Be(new UserFinishEvent { UserId = "", FieldsSigned = null, IsComplete = false });
        s_serializer.Deserialize("""{"event":"FIELD_SIGNED_OR_REJECTED"}""").Should()
            .Be(new FieldSignedOrRejectedEvent { FieldId = "", FieldStatus = default, UserId = "", IsComplete = false });
        s_serializer.Deserialize("""{"event":"RENDER_RETURN"}""").Should().Be(new RenderReturnEvent { Status = default, IsComplete = false });
        s_serializer.Deserialize("""{"event":"ANY"}""").Should().Be(new UnknownWebSoEvent("ANY"), "no property of such an event is documented");
    }

    [Fact]
    public void Deserialize_DuplicateProperty_UsesFirstAndIsIncomplete()
    {
        s_serializer.Deserialize("""{"event":"RENDER_RETURN","status":"success","document_id":"1","document_id":"2"}""")
            .Should().Be(new RenderReturnEvent { Status = RenderStatus.Success, DocumentId = "1", IsComplete = false });
        s_serializer.Deserialize("""{"event":"ANY","x":1,"\u0078":2,"document_id":"1"}""")
            .Should().Be(new UnknownWebSoEvent("ANY") { DocumentId = "1", ExtraProperties = Extras.Of(("x", "1")), IsComplete = false });
        s_serializer.Deserialize("""{"document_id":"1","event":"ANY","event":"ANY"}""")
            .Should().Be(new UnknownWebSoEvent("ANY") { DocumentId = "1", IsComplete = false });
        s_serializer.Deserialize("""{"event":"ANY","\u0065vent":{},"event":"ANY"}""".Replace("{}", "\"ANY\"", StringComparison.Ordinal)).IsComplete.Should().BeFalse();
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{a:", "}")]
    public void Deserialize_ExtraPropertyDeeperThan31Levels_IsOmitted(string open, string close)
    {
        // The body is the first level.
        string Nested(int levels) => "{\"event\":\"A\",\"y\":1,\"x\":" + string.Concat(Enumerable.Repeat(open, levels - 1)) + "1"
            + string.Concat(Enumerable.Repeat(close, levels - 1)) + ",\"document_id\":\"7\"}";

        var kept = s_serializer.Deserialize(Nested(32));
        var leftOut = s_serializer.Deserialize(Nested(33));
        var hostile = s_serializer.Deserialize(Nested(10_000));

        (kept.IsComplete, kept.ExtraProperties.Count).Should().Be((true, 2));
        leftOut.Should().Be(new UnknownWebSoEvent("A") { DocumentId = "7", ExtraProperties = Extras.Of(("y", "1")), IsComplete = false });
        hostile.Should().Be(leftOut);
    }

    [Fact]
    public void Deserialize_MoreThan256ExtraProperties_OmitsOnlyTheRest()
    {
        static string With(int count) => "{\"event\":\"A\"" + string.Concat(Enumerable.Range(1, count).Select(i => $",\"p{i}\":1")) + ",\"document_id\":\"7\"}";

        var kept = s_serializer.Deserialize(With(256));
        var leftOut = s_serializer.Deserialize(With(257));

        (kept.DocumentId, kept.ExtraProperties.Count, kept.IsComplete).Should().Be(("7", 256, true));
        (leftOut.DocumentId, leftOut.ExtraProperties.Count, leftOut.IsComplete).Should().Be(("7", 256, false));
        leftOut.ExtraProperties.Keys.Last().Should().Be("p256");
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("x\\udc00")]
    [InlineData("\\ud83dx\\ude00")]
    [InlineData("\uFFFD")]
    [InlineData("\\ufffd")]
    public void Deserialize_DocumentedTextWithReplacementCharacter_IsIncomplete(string text)
    {
        foreach (var json in s_documented)
        {
            foreach (var name in JsonNode.Parse(json)!.AsObject().Select(property => property.Key).Where(name => name is not ("event" or "fields_signed")))
            {
                var e = s_serializer.Deserialize(With(json, name, $"\"{text}\""));

                e.IsComplete.Should().BeFalse(name);
                s_serializer.Serialize(e).Should().Contain("\uFFFD");
            }
        }
    }

    [Fact]
    public void Serialize_CompleteEventWithoutValue_ThrowsWithPropertyName()
    {
        WebSoEvent[] events =
        [
            new StatusChangeEvent { From = default, To = SignatureRequestStatus.New, DocumentId = "1" },
            new StatusChangeEvent { From = SignatureRequestStatus.New, To = default, DocumentId = "1" },
            new UserFinishEvent { UserId = "", FieldsSigned = 1, DocumentId = "1" },
            new UserFinishEvent { UserId = "1", FieldsSigned = null, DocumentId = "1" },
            new FieldSignedOrRejectedEvent { FieldId = "", FieldStatus = FieldStatus.Signed, UserId = "1", DocumentId = "1" },
            new FieldSignedOrRejectedEvent { FieldId = "1", FieldStatus = default, UserId = "1", DocumentId = "1" },
            new FieldSignedOrRejectedEvent { FieldId = "1", FieldStatus = FieldStatus.Signed, UserId = "", DocumentId = "1" },
            new RenderReturnEvent { Status = default, DocumentId = "1" },
            new RenderReturnEvent { Status = RenderStatus.Error },
        ];
        string[] names = ["from", "to", "user_id", "fields_signed", "field_id", "field_status", "user_id", "status", "document_id"];

        foreach (var (e, name) in events.Zip(names))
        {
            var act = () => s_serializer.Serialize(e);

            act.Should().Throw<ArgumentException>().WithMessage($"*{e.EventName} has no '{name}'*IsComplete*");
            s_serializer.Serialize(e with { IsComplete = false }).Should().NotContain(name);
        }
    }

    private static byte[] With(string json, string name, string? value)
    {
        var properties = JsonNode.Parse(json)!.AsObject().Where(property => property.Key != name || value is not null)
            .Select(property => $"\"{property.Key}\":{(property.Key == name ? value : property.Value!.ToJsonString())}");
        return Encoding.UTF8.GetBytes("{" + string.Join(',', properties) + "}");
    }

    private static WebSoEvent Expected(WebSoEvent e, string name) => (e, name) switch
    {
        (_, "document_id") => e with { DocumentId = "" },
        (StatusChangeEvent change, "from") => change with { From = default },
        (StatusChangeEvent change, "to") => change with { To = default },
        (UserFinishEvent finish, "user_id") => finish with { UserId = "" },
        (UserFinishEvent finish, "fields_signed") => finish with { FieldsSigned = null },
        (FieldSignedOrRejectedEvent field, "field_id") => field with { FieldId = "" },
        (FieldSignedOrRejectedEvent field, "field_status") => field with { FieldStatus = default },
        (FieldSignedOrRejectedEvent field, "user_id") => field with { UserId = "" },
        (RenderReturnEvent render, "status") => render with { Status = default },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No documented property."),
    };
}
