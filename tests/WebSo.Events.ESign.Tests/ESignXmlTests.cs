using System.Text;
using System.Xml.Linq;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class ESignXmlTests
{
    private static readonly Uri s_url = new("https://h/p?a=1&webso=%7e");

    public static TheoryData<string> Valid => [.. Corpus.Names("esign-valid")];

    public static TheoryData<string> Malformed => [.. Corpus.Names("esign-malformed")];

    [Theory]
    [InlineData("<ESign><PDF/></ESign>", "<ESign>{0}<PDF/></ESign>")]
    [InlineData("<ESign>\r\n  <Name>x</Name>\r\n  <PDF/></ESign>", "<ESign>\r\n  {0}\r\n  <Name>x</Name>\r\n  <PDF/></ESign>")]
    [InlineData("<ESign><CallbackUrl>old</CallbackUrl><PDF/></ESign>", "<ESign>{0}<PDF/></ESign>")]
    [InlineData("<ESign><a/><CallbackUrl>old</CallbackUrl><PDF/></ESign>", "<ESign><a/>{0}<PDF/></ESign>")]
    [InlineData("<ESign><CallbackUrl/><PDF/></ESign>", "<ESign>{0}<PDF/></ESign>")]
    [InlineData("<ESign><CallbackUrl></CallbackUrl><PDF/></ESign>", "<ESign>{0}<PDF/></ESign>")]
    [InlineData("<ESign><a><Url>no</Url><PDF/></a></ESign>", "<ESign>{0}<a><Url>no</Url><PDF/></a></ESign>")]
    [InlineData("<ESign><!--<PDF/>--><PDF/></ESign>", "<ESign>{0}<!--<PDF/>--><PDF/></ESign>")]
    public void SetCallbackUrls_SingleDocument_ReplacesOrInserts(string input, string expected)
    {
        var (output, documents) = Set(input);

        output.Should().Be(string.Format(null, expected, "<CallbackUrl>https://h/p?a=1&amp;webso=%7e</CallbackUrl>"));
        documents.Should().ContainSingle().Which.IsInEnvelope.Should().BeFalse();
    }

    [Fact]
    public void SetCallbackUrls_Envelope_ChoosesUrlOfEachDocument()
    {
        var input = Encoding.UTF8.GetString(Corpus.Read("esign-valid", "envelope.xml"));

        var (output, documents) = Set(input, document => new Uri($"https://h/{document.Index}"));

        output.Should().Be(input
            .Replace("https://host:8445/demoServlet/bar", "https://h/0")
            .Replace("      <Document>\n        <PDF>", "      <Document>\n        <CallbackUrl>https://h/1</CallbackUrl>\n        <PDF>"));
        documents.Select(document => (document.Index, document.IsInEnvelope, document.CallbackUrl))
            .Should().Equal((0, true, "https://host:8445/demoServlet/bar"), (1, true, null));
    }

    [Fact]
    public void SetCallbackUrls_AttributesAndSpacesOfTheElement_AreKept()
    {
        Set("<ESign><CallbackUrl a='1' >old</CallbackUrl ><PDF/></ESign>", _ => new Uri("https://h/")).Output
            .Should().Be("<ESign><CallbackUrl a='1' >https://h/</CallbackUrl ><PDF/></ESign>");
        Set("<ESign><CallbackUrl a='1' /><PDF/></ESign>", _ => new Uri("https://h/")).Output
            .Should().Be("<ESign><CallbackUrl a='1' >https://h/</CallbackUrl><PDF/></ESign>");
    }

    [Theory]
    [InlineData("a &amp; b", "a & b")]
    [InlineData(" \n https://h/&#x41;&#66;&lt;&gt;&quot;&apos; ", "https://h/AB<>\"'")]
    [InlineData("<!-- x --><![CDATA[a&b]]>&amp;c<?pi?>", "a&b&c")]
    [InlineData("https://host:8445/demoServlet>", "https://host:8445/demoServlet>")]
    [InlineData("ü", "ü")]
    public void SetCallbackUrls_ExistingUrl_IsPassedUnescaped(string content, string expected) =>
        Set($"<ESign><CallbackUrl>{content}</CallbackUrl><PDF/></ESign>").Documents
            .Should().ContainSingle().Which.CallbackUrl.Should().Be(expected);

    [Theory]
    [MemberData(nameof(Valid))]
    public void SetCallbackUrls_NoUrlChosen_CopiesByteForByte(string name)
    {
        var input = Corpus.Read("esign-valid", name);

        Set(input, _ => null, 1).Output.Should().Equal(input);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void SetCallbackUrls_ValidUpload_ChangesOnlyTheUrls(string name)
    {
        var input = Corpus.Read("esign-valid", name);

        var (output, documents) = Set(input, _ => s_url, 7);

        // Without the URLs, another parser must read the same document.
        var before = Load(input);
        var after = Load(output);
        var urls = after.Descendants().Where(element => element.Name.LocalName == "CallbackUrl").ToList();
        urls.Should().HaveCount(documents.Count).And.OnlyContain(url => url.Value == s_url.OriginalString);
        foreach (var document in new[] { before, after })
            document.Descendants().Where(url => url.Name.LocalName == "CallbackUrl").Remove();
        WithoutSpace(after).Should().Be(WithoutSpace(before));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task SetCallbackUrls_MalformedUpload_IsRefusedWithThePosition(string name)
    {
        var input = Corpus.Read("esign-malformed", name);
        using var source = new MemoryStream(input);
        using var target = new MemoryStream();

        var set = () => Set(input, _ => s_url, 1);
        var setAsync = () => ESignDocument.SetCallbackUrlsAsync(source, target, _ => s_url, TestContext.Current.CancellationToken);

        var error = ESignRefusal.Of(set.Should().Throw<FormatException>().Which);
        error.BytePosition.Should().BeInRange(0, input.Length);
        ESignRefusal.Of((await setAsync.Should().ThrowAsync<FormatException>()).Which).Should().Be(error);
    }

    [Theory]
    [InlineData("dtd.xml", 0, "DOCTYPE")]
    [InlineData("utf16le.xml", 0, "UTF-16")]
    [InlineData("utf16be-no-mark.xml", 0, "UTF-16")]
    [InlineData("encoding.xml", 0, "Shift_JIS")]
    [InlineData("crossed.xml", 13, "'</a>', but '</b>' is expected")]
    [InlineData("url-after-pdf.xml", 13, "after the PDF")]
    [InlineData("open-comment.xml", 7, "does not end")]
    public void SetCallbackUrls_MalformedUpload_NamesTheProblem(string name, long position, string text)
    {
        var set = () => Set(Corpus.Read("esign-malformed", name), _ => s_url, 1);

        var error = ESignRefusal.Of(set.Should().Throw<FormatException>().Which);

        error.Problem.Should().Contain(text);
        error.BytePosition.Should().Be(position);
    }

    [Fact]
    public void SetCallbackUrls_TagLongerThanTheBuffer_IsRefused()
    {
        var set = () => Set($"<ESign><a b='{new string('x', 70_000)}'/><PDF/></ESign>");

        set.Should().Throw<FormatException>().WithMessage("*longer than 65536*");
    }

    [Fact]
    public void SetCallbackUrls_TooManyBytesBeforeThePdf_IsRefused()
    {
        var set = () => Set($"<ESign><a>{new string('x', 9 * 1024 * 1024)}</a><PDF/></ESign>");

        set.Should().Throw<FormatException>().WithMessage("*more than 8388608 bytes before its PDF*");
    }

    // The end of the buffer splits each construct at each position once.
    [Fact]
    public void SetCallbackUrls_TokenSplitByTheEndOfTheBuffer_IsRead()
    {
        const string Tail = "<!-- - <PDF> --></a><![CDATA[ ]<PDF>]]><?p ?<PDF>?><b c='>'/><CallbackUrl d=\">\" >old<!--x--></CallbackUrl><PDF>A</PDF></ESign>";

        for (var before = 0; before <= Tail.Length; before++)
        {
            var begin = "<ESign><a>";
            begin += new string('x', (64 * 1024) - begin.Length - before);

            var (output, documents) = Set(begin + Tail, _ => new Uri("https://h/"));

            output.Should().Be(begin + Tail.Replace("old<!--x-->", "https://h/"), "{0} bytes lie before the end of the buffer", before);
            documents.Should().ContainSingle().Which.CallbackUrl.Should().Be("old");
        }
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("ftp://h/")]
    [InlineData("https://h/#part")]
    public void SetCallbackUrls_ChosenUrlInvalid_Throws(string url)
    {
        var set = () => Set("<ESign><PDF/></ESign>", _ => new Uri(url, UriKind.RelativeOrAbsolute));

        set.Should().Throw<InvalidOperationException>().WithMessage("*document 0*");
    }

    [Fact]
    public async Task SetCallbackUrlsAsync_Canceled_Throws()
    {
        using var input = new MemoryStream(Corpus.Read("esign-valid", "single.xml"));
        using var output = new MemoryStream();

        var set = () => ESignDocument.SetCallbackUrlsAsync(input, output, _ => null, new CancellationToken(true));

        await set.Should().ThrowAsync<OperationCanceledException>();
    }

    private static XDocument Load(byte[] xml)
    {
        using var reader = ESignOracle.Open(xml);
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static string WithoutSpace(XDocument document) =>
        string.Concat(document.ToString(SaveOptions.DisableFormatting).Where(c => !char.IsWhiteSpace(c)));

    private static (string Output, List<ESignDocument> Documents) Set(string input, Func<ESignDocument, Uri?>? choose = null)
    {
        var (output, documents) = Set(Encoding.UTF8.GetBytes(input), choose ?? (_ => s_url), 64 * 1024);
        return (Encoding.UTF8.GetString(output), documents);
    }

    private static (byte[] Output, List<ESignDocument> Documents) Set(byte[] input, Func<ESignDocument, Uri?> choose, int chunk)
    {
        var documents = new List<ESignDocument>();
        using var source = new ChunkedStream(input, chunk);
        using var target = new MemoryStream();
        ESignDocument.SetCallbackUrls(source, target, document =>
        {
            documents.Add(document);
            return choose(document);
        });
        return (target.ToArray(), documents);
    }
}
