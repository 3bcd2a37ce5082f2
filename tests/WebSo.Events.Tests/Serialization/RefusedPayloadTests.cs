using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class RefusedPayloadTests
{
    public static TheoryData<string, WebSoEventFormatReason, int> Refused => new()
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
        { "{\"event\":\"A\",\"b\":\"\n\"}", WebSoEventFormatReason.InvalidJson, 18 },
        { "{'event':'A'}", WebSoEventFormatReason.InvalidJson, 1 },
        { "{\"event\":\"A\"/*c*/}", WebSoEventFormatReason.InvalidJson, 12 },
        { "{,event:\"A\"}", WebSoEventFormatReason.InvalidJson, 1 },
        { "{event}", WebSoEventFormatReason.InvalidJson, 6 },
        { "{event:A}", WebSoEventFormatReason.InvalidJson, 7 },
        { "{1event:\"A\"}", WebSoEventFormatReason.InvalidJson, 1 },
        { "{event:\"A\",é:1}", WebSoEventFormatReason.InvalidJson, 11 },
        { "{event:\"A\",b\"c\":1}", WebSoEventFormatReason.InvalidJson, 12 },
        { "{\"event\":\"A\",\"b\":\"\\ud800\"}", WebSoEventFormatReason.InvalidText, 17 },
        { "{\"event\":\"A\",\"b\":{\"\\udc00\":1}}", WebSoEventFormatReason.InvalidText, 18 },
        { "{\"event\":\"A\",\"b\":\"\\ud83dx\\ude00\"}", WebSoEventFormatReason.InvalidText, 17 },
        { "{event:\"A\",b:\"\\ud83d\\n\"}", WebSoEventFormatReason.InvalidText, 13 },
        { "{\"event\":\"A\",\"event\":\"A\"}", WebSoEventFormatReason.DuplicateProperty, 13 },
        { "{\"event\":\"A\",event:\"A\"}", WebSoEventFormatReason.DuplicateProperty, 13 },
        { "{\"event\":\"A\",\"\\u0065vent\":\"A\"}", WebSoEventFormatReason.DuplicateProperty, 13 },
        { "{\"\\u0065vent\":\"A\",\"event\":\"A\"}", WebSoEventFormatReason.DuplicateProperty, 18 },
        { "{\"event\":\"A\",\"x\":1,\"x\":null}", WebSoEventFormatReason.DuplicateProperty, 19 },
        { "{\"event\":\"A\"} x", WebSoEventFormatReason.TrailingData, 14 },
        { "{\"event\":\"A\"}{\"event\":\"A\"}", WebSoEventFormatReason.TrailingData, 13 },
        { "{\"event\":\"A\"}\0", WebSoEventFormatReason.TrailingData, 13 },
        { "{event:\"A\"},", WebSoEventFormatReason.TrailingData, 11 },
        { "{}", WebSoEventFormatReason.MissingEventName, 1 },
        { "{\"Event\":\"A\"}", WebSoEventFormatReason.MissingEventName, 12 },
        { "{\"event\":null}", WebSoEventFormatReason.MissingEventName, 13 },
        { "{\"event\":\"\"}", WebSoEventFormatReason.InvalidEventName, 10 },
        { "{\"event\":1}", WebSoEventFormatReason.InvalidEventName, 9 },
        { "{event: true}", WebSoEventFormatReason.InvalidEventName, 8 },
        { "{\"event\":[\"A\"]}", WebSoEventFormatReason.InvalidEventName, 9 },
        { "{\"event\":\"RENDER_RETURN\",\"document_id\":\"1\"}", WebSoEventFormatReason.MissingProperty, 42 },
        { "{event:\"RENDER_RETURN\",\"status\":\"error\"}", WebSoEventFormatReason.MissingProperty, 39 },
        { "{\"event\":\"RENDER_RETURN\",\"status\":null,\"document_id\":\"1\"}", WebSoEventFormatReason.MissingProperty, 56 },
        { "{\"event\":\"RENDER_RETURN\",\"status\":{},\"document_id\":\"1\"}", WebSoEventFormatReason.InvalidProperty, 34 },
        { "{\"event\":\"RENDER_RETURN\",\"status\":\"error\",\"document_id\":\"\"}", WebSoEventFormatReason.InvalidProperty, 57 },
        { "{\"event\":\"RENDER_RETURN\",\"status\":\"error\",\"document_id\":[]}", WebSoEventFormatReason.InvalidProperty, 56 },
        { "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":\"two\"}", WebSoEventFormatReason.InvalidProperty, 72 },
        { "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":2147483648}", WebSoEventFormatReason.InvalidProperty, 71 },
        { "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":1.5}", WebSoEventFormatReason.InvalidProperty, 71 },
        { "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":true}", WebSoEventFormatReason.InvalidProperty, 71 },
        { "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":\"\"}", WebSoEventFormatReason.InvalidProperty, 72 },
        { "{\"user_id\":\"1\",\"event\":\"USER_FINISH\",\"document_id\":\"1\",\"fields_signed\":\" 2\"}", WebSoEventFormatReason.InvalidProperty, 72 },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Deserialize_NoEvent_SaysWhyAndWhere(string body, WebSoEventFormatReason reason, int position)
    {
        var act = () => WebSoEventSerializer.Default.Deserialize(Encoding.UTF8.GetBytes(body));

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((reason, position));
        error.Message.Should().EndWith($"(byte {position})");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Deserialize_NoEventAsString_SaysTheSame(string body, WebSoEventFormatReason reason, int position)
    {
        var act = () => WebSoEventSerializer.Default.Deserialize(body);

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((reason, position));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'{', 0xFF, (byte)'}' }, 1)]
    [InlineData(new byte[] { 0xC0, 0x80 }, 0)]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xED, 0xA0, 0x80 }, 2)]
    [InlineData(new byte[] { (byte)'{', 0xF4, 0x90, 0x80, 0x80 }, 1)]
    [InlineData(new byte[] { (byte)'{', (byte)'}', 0xE2, 0x82 }, 2)]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'{' }, 0)]
    public void Deserialize_NoUtf8_SaysWhere(byte[] body, int position)
    {
        var succeeded = WebSoEventSerializer.Default.TryDeserialize(body, out var e, out var error);

        succeeded.Should().BeFalse();
        e.Should().BeNull();
        (error!.Reason, error.BytePosition).Should().Be((WebSoEventFormatReason.InvalidText, position));
    }

    [Fact]
    public void Deserialize_StringWithHalfASurrogatePair_IsRefusedAtItsByte()
    {
        var act = () => WebSoEventSerializer.Default.Deserialize("{\"event\":\"é\uD800\"}");

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((WebSoEventFormatReason.InvalidText, 12));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{a:", "}")]
    public void Deserialize_DeeperThan32Levels_IsTooDeep(string open, string close)
    {
        // The body itself is the first level.
        string Nested(int levels) => "{\"event\":\"A\",\"x\":" + string.Concat(Enumerable.Repeat(open, levels - 1)) + "1"
            + string.Concat(Enumerable.Repeat(close, levels - 1)) + "}";

        WebSoEventSerializer.Default.Deserialize(Nested(32)).EventName.Should().Be("A");
        var act = () => WebSoEventSerializer.Default.Deserialize(Nested(33));

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((WebSoEventFormatReason.TooDeep, 17 + (31 * open.Length)));
    }

    [Fact]
    public void Deserialize_MoreThan256Properties_IsTooMany()
    {
        static string With(int count) => "{\"event\":\"A\"" + string.Concat(Enumerable.Range(1, count - 1).Select(i => $",\"p{i}\":1")) + "}";

        WebSoEventSerializer.Default.Deserialize(With(256)).ExtraProperties.Should().HaveCount(255);
        var act = () => WebSoEventSerializer.Default.Deserialize(With(257));

        var error = act.Should().Throw<WebSoEventFormatException>().Which;
        (error.Reason, error.BytePosition).Should().Be((WebSoEventFormatReason.TooManyProperties, With(256).Length));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Message_OfEachRefusal_QuotesNothingOfTheBody(string body, WebSoEventFormatReason reason, int position)
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
        var elsewhere = new[] { WebSoEventFormatReason.TooDeep, WebSoEventFormatReason.TooManyProperties };

        Refused.Select(row => row.Data.Item2).Concat(elsewhere).Distinct().Should().BeEquivalentTo(Enum.GetValues<WebSoEventFormatReason>());
    }
}
