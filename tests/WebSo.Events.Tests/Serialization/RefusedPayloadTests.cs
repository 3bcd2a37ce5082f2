using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class RefusedPayloadTests
{
    public static TheoryData<string, WebSoEventFormatReason, int?> Refused => new()
    {
        { "", WebSoEventFormatReason.NotAnObject, 0 },
        { "  \r\n", WebSoEventFormatReason.NotAnObject, 4 },
        { "\uFEFF", WebSoEventFormatReason.NotAnObject, 3 },
        { " []", WebSoEventFormatReason.NotAnObject, 1 },
        { "\uFEFF \"x\"", WebSoEventFormatReason.NotAnObject, 4 },
        { "null", WebSoEventFormatReason.NotAnObject, 0 },
        { "event=STATUS_CHANGE", WebSoEventFormatReason.NotAnObject, 0 },
        { "\uFEFF\uFEFF{}", WebSoEventFormatReason.NotAnObject, 3 },
        { "{", WebSoEventFormatReason.InvalidJson, 1 },
        { "{\"event\":\"A\"", WebSoEventFormatReason.InvalidJson, 12 },
        { "{\"event\":\"A\",}", WebSoEventFormatReason.InvalidJson, 13 },
        { "{\"event\":\"A\" \"b\":1}", WebSoEventFormatReason.InvalidJson, 13 },
        { "{\"event\":\n\"A\",\n\"b\":tru}", WebSoEventFormatReason.InvalidJson, 22 },
        { "{\"event\":\"A\",\"b\":01}", WebSoEventFormatReason.InvalidJson, 18 },
        { "{\"event\":\"A\",\"b\":NaN}", WebSoEventFormatReason.InvalidJson, 17 },
        { "{\"event\":\"A\",\"b\":\"\n\"", WebSoEventFormatReason.InvalidJson, null },
        { "{\"event\":\"A\",\"b\":\"\\ud800", WebSoEventFormatReason.InvalidJson, null },
        { "{\"event\":\"A\",\"b\":\"\\", WebSoEventFormatReason.InvalidJson, null },
        { "{\"event\":\"A\",b:c}", WebSoEventFormatReason.InvalidJson, null },
        { "{'event':'A'}", WebSoEventFormatReason.InvalidJson, 1 },
        { "{\"event\":\"A\"/*c*/}", WebSoEventFormatReason.InvalidJson, 12 },
        { "{,event:\"A\"}", WebSoEventFormatReason.InvalidJson, null },
        { "{event}", WebSoEventFormatReason.InvalidJson, 1 },
        { "{event:A}", WebSoEventFormatReason.InvalidJson, null },
        { "{1event:\"A\"}", WebSoEventFormatReason.InvalidJson, null },
        { "{event:\"A\",é:1}", WebSoEventFormatReason.InvalidJson, null },
        { "{event:\"A\",b\"c\":1}", WebSoEventFormatReason.InvalidJson, null },
        { "{\"event\":\"A\"} x", WebSoEventFormatReason.TrailingData, 14 },
        { "{\"event\":\"A\"}{\"event\":\"A\"}", WebSoEventFormatReason.TrailingData, 13 },
        { "{\"event\":\"A\"}\0x", WebSoEventFormatReason.TrailingData, 14 },
        { "{event:\"A\"},", WebSoEventFormatReason.TrailingData, null },
        { "{}", WebSoEventFormatReason.MissingEventName, 1 },
        { "{\"Event\":\"A\"}", WebSoEventFormatReason.MissingEventName, 12 },
        { "{\"event\":null}", WebSoEventFormatReason.MissingEventName, 13 },
        { "{\"event\":\"\"}", WebSoEventFormatReason.InvalidEventName, 10 },
        { "{\"event\":1}", WebSoEventFormatReason.InvalidEventName, 9 },
        { "{event: true}", WebSoEventFormatReason.InvalidEventName, null },
        { "{\"event\":\"A\",\"event\":\"B\"}", WebSoEventFormatReason.InvalidEventName, 10 },
        { "{\"event\":\"A\",\"\\u0065vent\":\"B\"}", WebSoEventFormatReason.InvalidEventName, 10 },
        { "{\"document_id\":\"B\",\"event\":\"A\",\"event\":\"B\"}", WebSoEventFormatReason.InvalidEventName, 28 },
        { "{\"document_id\":\"A\",\"x\":1,\"event\":\"A\",\"event\":\"B\"}", WebSoEventFormatReason.InvalidEventName, 34 },
        { "{\"event\":\"A\",\"event\":{}}", WebSoEventFormatReason.InvalidEventName, 10 },
        { "{\"event\":\"A\",\"event\":\"A\",\"event\":null}", WebSoEventFormatReason.InvalidEventName, 10 },
        { "{\"event\":[\"A\"]}", WebSoEventFormatReason.InvalidEventName, 9 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Deserialize_NoEvent_SaysWhyAndWhere(string body, WebSoEventFormatReason reason, int? position)
    {
        var act = () => WebSoEventSerializer.Default.Deserialize(Encoding.UTF8.GetBytes(body));

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((reason, position));
        error.Message.EndsWith($"(byte {position})", StringComparison.Ordinal).Should().Be(position is not null);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Deserialize_NoEventAsString_SaysTheSame(string body, WebSoEventFormatReason reason, int? position)
    {
        var act = () => WebSoEventSerializer.Default.Deserialize(body);

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((reason, position));
    }

    [Theory]
    [InlineData("{\"event\":\"A\"", 0xFF)]
    [InlineData("[]", 0xFF)]
    [InlineData("", 0xFF)]
    [InlineData("{\"event\":\"A\"}", 0xE2)]
    [InlineData("{\"event\":\"A\"}", 0)]
    public void TryDeserialize_NoEventInAnotherCharset_IsRefusedWithoutAPosition(string text, byte last)
    {
        // A NUL behind is ignored, so the body is made UTF-16 then, with something behind.
        byte[] body = last == 0 ? Encoding.Unicode.GetBytes(text + "x") : [.. Encoding.UTF8.GetBytes(text), last];

        var succeeded = WebSoEventSerializer.Default.TryDeserialize(body, out var e, out var error);

        succeeded.Should().BeFalse();
        e.Should().BeNull();
        error!.BytePosition.Should().BeNull();
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
    public void Deserialize_NameOrIdOverTheLimit_IsTooLong(string property, string json)
    {
        var serializer = WebSoEventSerializer.Default.WithEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent);
        var length = 256 - (json.Contains("STATUS_CHANGE#", StringComparison.Ordinal) ? "STATUS_CHANGE".Length : 0);
        string[] letters = json.Contains(":#", StringComparison.Ordinal) ? ["1"] : ["1", "\\u0031", "€"];
        foreach (var letter in letters)
        {
            string With(int count) => json.Replace("#", string.Concat(Enumerable.Repeat(letter, count)), StringComparison.Ordinal);

            serializer.Deserialize(With(length)).Should().NotBeNull();
            var act = () => serializer.Deserialize(With(length + 1));

            var error = act.Should().Throw<WebSoEventFormatException>().WithMessage($"*'{property}'*longer than 256 characters*").Which;
            error.Reason.Should().Be(WebSoEventFormatReason.TooLong);
        }
    }

    // Where they are no IDs of the event, their length does not matter.
    [Fact]
    public void Deserialize_OtherLongTexts_AreRead()
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
    public void Message_OfEachRefusal_QuotesNothingOfTheBody(string body, WebSoEventFormatReason reason, int? position)
    {
        _ = (reason, position);
        const string Marker = "tell-nobody";
        var marked = body.Replace("\"A\"", $"\"{Marker}\"", StringComparison.Ordinal).Replace("\"b\"", $"\"{Marker}\"", StringComparison.Ordinal);
        WebSoEventSerializer.Default.TryDeserialize(Encoding.UTF8.GetBytes(marked), out _, out var error);

        (error?.ToString() ?? "").Should().NotContain(Marker);
    }

    [Fact]
    public void Reasons_InTheTable_AreAll()
    {
        var elsewhere = new[] { WebSoEventFormatReason.TooLong, WebSoEventFormatReason.InvalidCustomEvent };

        Refused.Select(row => row.Data.Item2).Concat(elsewhere).Distinct().Should().BeEquivalentTo(Enum.GetValues<WebSoEventFormatReason>());
    }
}
