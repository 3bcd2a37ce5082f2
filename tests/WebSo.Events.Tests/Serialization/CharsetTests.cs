using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class CharsetTests
{
    private const string Umlauts = """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822","by":"Jörg Müller"}""";

    private static readonly Encoding s_bigEndian = new UnicodeEncoding(bigEndian: true, byteOrderMark: false);
    private static readonly Encoding s_littleEndian = new UnicodeEncoding(bigEndian: false, byteOrderMark: false);

    // The platform charsets of Java, with and without a declaration.
    public static TheoryData<string, byte[], string?> Platforms => new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes(Umlauts), null },
        { "UTF-8 declared", Encoding.UTF8.GetBytes(Umlauts), "utf-8" },
        { "UTF-8 with BOM, wrongly declared", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Umlauts)], "iso-8859-1" },
        { "windows-1252", Encoding.Latin1.GetBytes(Umlauts), null },
        { "windows-1252 declared", Encoding.Latin1.GetBytes(Umlauts), "windows-1252" },
        { "ISO-8859-1 declared", Encoding.Latin1.GetBytes(Umlauts), "iso-8859-1" },
        { "ISO-8859-1 declared as UTF-8", Encoding.Latin1.GetBytes(Umlauts), "utf-8" },
        { "ISO-8859-1 declared as US-ASCII", Encoding.Latin1.GetBytes(Umlauts), "us-ascii" },
        { "ISO-8859-1 declared as what nobody knows", Encoding.Latin1.GetBytes(Umlauts), "x-unknown" },
        { "UTF-16LE", s_littleEndian.GetBytes(Umlauts), null },
        { "UTF-16LE declared", s_littleEndian.GetBytes(Umlauts), "utf-16le" },
        { "UTF-16BE", s_bigEndian.GetBytes(Umlauts), null },
        { "UTF-16BE declared", s_bigEndian.GetBytes(Umlauts), "utf-16be" },
        { "UTF-16BE declared as UTF-16", s_bigEndian.GetBytes(Umlauts), "utf-16" },
        { "UTF-16LE with BOM", [0xFF, 0xFE, .. s_littleEndian.GetBytes(Umlauts)], null },
        { "UTF-16BE with BOM", [0xFE, 0xFF, .. s_bigEndian.GetBytes(Umlauts)], "utf-16" },
        { "UTF-16LE declared as ISO-8859-1", s_littleEndian.GetBytes(Umlauts), "iso-8859-1" },
        { "UTF-16LE after white space", s_littleEndian.GetBytes("\r\n " + Umlauts), null },
        { "UTF-16LE, cut within its last character", [.. s_littleEndian.GetBytes(Umlauts), (byte)'\n'], null },
        { "UTF-8, declared as UTF-16", Encoding.UTF8.GetBytes(Umlauts), "utf-16" },
    };

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Deserialize_CharsetOfSender_ReturnsSameEvent(string name, byte[] body, string? charset)
    {
        _ = name;

        var e = WebSoEventSerializer.Default.Deserialize(body, charset);

        e.Should().Be(WebSoEventSerializer.Default.Deserialize(Umlauts));
        e.IsComplete.Should().BeTrue("a guess matters where the document's ID is concerned");
        e.ExtraProperties["by"].GetString().Should().Be("Jörg Müller");
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Deserialize_UndeclaredCharset_ReturnsSameEvent(string name, byte[] body, string? charset)
    {
        _ = name;

        WebSoEventSerializer.Default.Deserialize(body).Should().Be(WebSoEventSerializer.Default.Deserialize(body, charset));
    }

    [Fact]
    public void Deserialize_AllWindows1252Bytes_AreDecoded()
    {
        byte[] high = [.. Enumerable.Range(0x80, 0x80).Select(value => (byte)value)];
        byte[] body = [.. "{\"event\":\"A\",\"x\":\""u8, .. high, .. "\"}"u8];

        var text = WebSoEventSerializer.Default.Deserialize(body, "windows-1252").ExtraProperties["x"].GetString();

        text.Should().Be(
            "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ" + Encoding.Latin1.GetString(high.AsSpan(0x20)));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF }, "ÿ")]
    [InlineData(new byte[] { 0xC0, 0x80 }, "À€")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "í\u00A0€")]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, "ô\u0090€€")]
    [InlineData(new byte[] { 0xE2, 0x82 }, "â‚")]
    public void Deserialize_InvalidUtf8Bytes_AreDecodedAsWindows1252(byte[] bytes, string expected)
    {
        byte[] body = [.. "{\"event\":\"STATUS_CHANGE\",\"from\":\"1\",\"to\":\"2\",\"document_id\":\"7\",\"name\":\"Zoë\",\"x\":\""u8, .. bytes, .. "\"}"u8];

        var e = WebSoEventSerializer.Default.Deserialize(body);

        e.IsComplete.Should().BeTrue();
        e.ExtraProperties["x"].GetString().Should().Be(expected);
        e.ExtraProperties["name"].GetString().Should().Be("Zoë");
    }

    [Theory]
    [InlineData("Jörg", "windows-1252", true)]
    [InlineData("Jörg", "iso-8859-1", true)]
    [InlineData("Jörg", "latin1", true)]
    [InlineData("Jörg", null, false)]
    [InlineData("Jörg", "utf-8", false)]
    [InlineData("Jörg", "x-unknown", false)]
    [InlineData("J\\u00f6rg", null, true)]
    public void Deserialize_DocumentIdInGuessedCharset_IsIncomplete(string id, string? charset, bool isComplete)
    {
        // Another property makes the body invalid UTF-8.
        var body = Encoding.Latin1.GetBytes($$"""{"event":"RENDER_RETURN","status":"success","document_id":"{{id}}","x":"ü"}""");

        var e = WebSoEventSerializer.Default.Deserialize(body, charset);

        (e.DocumentId, e.IsComplete).Should().Be(("Jörg", isComplete));
    }

    [Fact]
    public void Deserialize_Utf8DocumentIdInInvalidBody_IsIncompleteAndUnchanged()
    {
        byte[] body = [.. "{\"event\":\"ANY\",\"document_id\":\"Jörg\",\"x\":\""u8, 0xFF, .. "\"}"u8];

        var e = WebSoEventSerializer.Default.Deserialize(body);

        (e.DocumentId, e.IsComplete).Should().Be(("Jörg", false));
    }

    [Fact]
    public void Deserialize_LoneSurrogateInUtf16_BecomesReplacementCharacter()
    {
        var body = s_littleEndian.GetBytes("""{"event":"A","x":"?"}""");
        body[Array.IndexOf(body, (byte)'?') + 1] = 0xD8;

        WebSoEventSerializer.Default.Deserialize(body).ExtraProperties["x"].GetString().Should().Be("\uFFFD");
    }

    // The only differences that an unknown declared charset can make.
    [Fact]
    public void Deserialize_Utf8WithOtherDeclaredCharset_UsesDeclaredCharset()
    {
        var body = Encoding.UTF8.GetBytes("""{"event":"A","document_id":"é"}""");

        WebSoEventSerializer.Default.Deserialize(body, "iso-8859-1").DocumentId.Should().Be("Ã©");
        WebSoEventSerializer.Default.Deserialize(body).DocumentId.Should().Be("é");
    }
}
