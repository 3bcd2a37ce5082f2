using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class RefusedPayloadTests
{
    public static TheoryData<string, string, int?> Refused => new()
    {
        { "", nameof(EventFormatReason.NotAnObject), 0 },
        { "  \r\n", nameof(EventFormatReason.NotAnObject), 4 },
        { "\uFEFF", nameof(EventFormatReason.NotAnObject), 3 },
        { " []", nameof(EventFormatReason.NotAnObject), 1 },
        { "\uFEFF \"x\"", nameof(EventFormatReason.NotAnObject), 4 },
        { "null", nameof(EventFormatReason.NotAnObject), 0 },
        { "event=STATUS_CHANGE", nameof(EventFormatReason.NotAnObject), 0 },
        { "\uFEFF\uFEFF{}", nameof(EventFormatReason.NotAnObject), 3 },
        { "{", nameof(EventFormatReason.InvalidJson), 1 },
        { "{\"event\":\"A\"", nameof(EventFormatReason.InvalidJson), 12 },
        { "{\"event\":\"A\",}", nameof(EventFormatReason.InvalidJson), 13 },
        { "{\"event\":\"A\" \"b\":1}", nameof(EventFormatReason.InvalidJson), 13 },
        { "{\"event\":\n\"A\",\n\"b\":tru}", nameof(EventFormatReason.InvalidJson), 22 },
        { "{\"event\":\"A\",\"b\":01}", nameof(EventFormatReason.InvalidJson), 18 },
        { "{\"event\":\"A\",\"b\":NaN}", nameof(EventFormatReason.InvalidJson), 17 },
        { "{\"event\":\"A\",\"b\":\"\n\"", nameof(EventFormatReason.InvalidJson), null },
        { "{\"event\":\"A\",\"b\":\"\\ud800", nameof(EventFormatReason.InvalidJson), null },
        { "{\"event\":\"A\",\"b\":\"\\", nameof(EventFormatReason.InvalidJson), null },
        { "{\"event\":\"A\",b:c}", nameof(EventFormatReason.InvalidJson), null },
        { "{'event':'A'}", nameof(EventFormatReason.InvalidJson), 1 },
        { "{\"event\":\"A\"/*c*/}", nameof(EventFormatReason.InvalidJson), 12 },
        { "{,event:\"A\"}", nameof(EventFormatReason.InvalidJson), null },
        { "{event}", nameof(EventFormatReason.InvalidJson), 1 },
        { "{event:A}", nameof(EventFormatReason.InvalidJson), null },
        { "{1event:\"A\"}", nameof(EventFormatReason.InvalidJson), null },
        { "{event:\"A\",é:1}", nameof(EventFormatReason.InvalidJson), null },
        { "{event:\"A\",b\"c\":1}", nameof(EventFormatReason.InvalidJson), null },
        { "{\"event\":\"A\"} x", nameof(EventFormatReason.TrailingData), 14 },
        { "{\"event\":\"A\"}{\"event\":\"A\"}", nameof(EventFormatReason.TrailingData), 13 },
        { "{\"event\":\"A\"}\0x", nameof(EventFormatReason.TrailingData), 14 },
        { "{event:\"A\"},", nameof(EventFormatReason.TrailingData), null },
        { "{}", nameof(EventFormatReason.MissingEventName), 1 },
        { "{\"Event\":\"A\"}", nameof(EventFormatReason.MissingEventName), 12 },
        { "{\"event\":null}", nameof(EventFormatReason.MissingEventName), 13 },
        { "{\"event\":\"\"}", nameof(EventFormatReason.InvalidEventName), 10 },
        { "{\"event\":1}", nameof(EventFormatReason.InvalidEventName), 9 },
        { "{event: true}", nameof(EventFormatReason.InvalidEventName), null },
        { "{\"event\":\"A\",\"event\":\"B\"}", nameof(EventFormatReason.InvalidEventName), 10 },
        { "{\"event\":\"A\",\"\\u0065vent\":\"B\"}", nameof(EventFormatReason.InvalidEventName), 10 },
        { "{\"document_id\":\"B\",\"event\":\"A\",\"event\":\"B\"}", nameof(EventFormatReason.InvalidEventName), 28 },
        { "{\"document_id\":\"A\",\"x\":1,\"event\":\"A\",\"event\":\"B\"}", nameof(EventFormatReason.InvalidEventName), 34 },
        { "{\"event\":\"A\",\"event\":{}}", nameof(EventFormatReason.InvalidEventName), 10 },
        { "{\"event\":\"A\",\"event\":\"A\",\"event\":null}", nameof(EventFormatReason.InvalidEventName), 10 },
        { "{\"event\":[\"A\"]}", nameof(EventFormatReason.InvalidEventName), 9 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Deserialize_InvalidEvent_ThrowsWithReasonAndPosition(string body, string reason, int? position)
    {
        var act = () => WebSoEventSerializer.Default.Deserialize(Encoding.UTF8.GetBytes(body));

        var error = act.Should().Throw<EventFormatException>().Which;
        (error.Reason.ToString(), error.BytePosition).Should().Be((reason, position));
        error.Message.EndsWith($"(byte {position})", StringComparison.Ordinal).Should().Be(position is not null);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Deserialize_InvalidEventAsString_ThrowsSameError(string body, string reason, int? position)
    {
        var act = () => WebSoEventSerializer.Default.Deserialize(body);

        var error = act.Should().Throw<EventFormatException>().Which;
        (error.Reason.ToString(), error.BytePosition).Should().Be((reason, position));
    }

    [Theory]
    [InlineData("{\"event\":\"A\"", 0xFF)]
    [InlineData("[]", 0xFF)]
    [InlineData("", 0xFF)]
    [InlineData("{\"event\":\"A\"}", 0xE2)]
    [InlineData("{\"event\":\"A\"}", 0)]
    public void TryDeserialize_InvalidEventInOtherCharset_HasNoPosition(string text, byte last)
    {
        // Trailing NUL bytes are ignored, so in this case use UTF-16 with trailing data.
        byte[] body = last == 0 ? Encoding.Unicode.GetBytes(text + "x") : [.. Encoding.UTF8.GetBytes(text), last];

        var succeeded = WebSoEventSerializer.Default.TryDeserialize(body, out var e, out var error);

        succeeded.Should().BeFalse();
        e.Should().BeNull();
        error.Should().BeOfType<EventFormatException>().Which.BytePosition.Should().BeNull();
    }

    public static TheoryData<string, string> LongTexts => new()
    {
        { "event", """{"event":"#"}""" },
        { "event", """{"event":"STATUS_CHANGE#"}""" },
        { "document_id", """{"event":"ANY","document_id":"#"}""" },
        { "document_id", """{"event":"ANY","document_id":#}""" },
        { "document_id", """{"event":"STATUS_CHANGE","from":"1","to":"2","document_id":"#"}""" },
        { "document_id", """{"event":"ENVELOPE_FINISHED","envelope_id":"7","documents":3,"document_id":"#"}""" },
        { "user_id", """{"event":"USER_FINISH","fields_signed":"1","user_id":"#","document_id":"7"}""" },
        { "user_id", """{"event":"FIELD_SIGNED_OR_REJECTED","field_status":"1","field_id":"1","user_id":"#","document_id":"7"}""" },
        { "field_id", """{"event":"FIELD_SIGNED_OR_REJECTED","field_status":"1","field_id":"#","user_id":"1","document_id":"7"}""" },
    };

    [Theory]
    [MemberData(nameof(LongTexts))]
    public void Deserialize_NameOrIdOverLimit_Throws(string property, string json)
    {
        var serializer = WebSoEventSerializer.Default.WithEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent);
        var length = 256 - (json.Contains("STATUS_CHANGE#", StringComparison.Ordinal) ? "STATUS_CHANGE".Length : 0);
        string[] letters = json.Contains(":#", StringComparison.Ordinal) ? ["1"] : ["1", "\\u0031", "€"];
        foreach (var letter in letters)
        {
            string With(int count) => json.Replace("#", string.Concat(Enumerable.Repeat(letter, count)), StringComparison.Ordinal);

            serializer.Deserialize(With(length)).Should().NotBeNull();
            var act = () => serializer.Deserialize(With(length + 1));

            var error = act.Should().Throw<EventFormatException>().WithMessage($"*'{property}'*longer than 256 characters*").Which;
            error.Reason.Should().Be(EventFormatReason.TooLong);
        }
    }

    // The length is limited only for IDs of the event.
    [Fact]
    public void Deserialize_OtherLongTexts_Succeeds()
    {
        var text = new string('1', 1000);

        var e = WebSoEventSerializer.Default.Deserialize($$"""{"event":"STATUS_CHANGE","from":"{{text}}","to":"2","document_id":"7","user_id":"{{text}}","x":"{{text}}"}""");

        e.Should().Be(new StatusChangeEvent
        {
            From = new(text),
            To = SignatureRequestStatus.PartiallySigned,
            DocumentId = "7",
            ExtraProperties = Extras.Of(("user_id", $"\"{text}\""), ("x", $"\"{text}\"")),
        });
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Message_OfAnyError_ContainsNothingOfBody(string body, string reason, int? position)
    {
        _ = (reason, position);
        const string Marker = "tell-nobody";
        var marked = body.Replace("\"A\"", $"\"{Marker}\"", StringComparison.Ordinal).Replace("\"b\"", $"\"{Marker}\"", StringComparison.Ordinal);
        WebSoEventSerializer.Default.TryDeserialize(Encoding.UTF8.GetBytes(marked), out _, out var error);

        (error?.ToString() ?? "").Should().NotContain(Marker);
    }

    [Fact]
    public void Reasons_InTests_AreComplete()
    {
        var elsewhere = new[] { nameof(EventFormatReason.TooLong), nameof(EventFormatReason.InvalidCustomEvent) };

        Refused.Select(row => row.Data.Item2).Concat(elsewhere).Distinct().Should().BeEquivalentTo(Enum.GetNames<EventFormatReason>());
    }
}
