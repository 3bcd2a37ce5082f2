using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class ESignReadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAll_SingleDocument_ReturnsUrlAndLine()
    {
        var documents = await ReadAsync("<ESign>\n  <CallbackUrl> https://host:8445/demoServlet>\n</CallbackUrl>\n  <PDF>JVBERi0=</PDF>\n</ESign>"u8.ToArray());

        documents.Select(document => (document.Index, document.IsInEnvelope, document.CallbackUrl, document.Line))
            .Should().Equal((0, false, "https://host:8445/demoServlet>", 2));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task ReadAll_Envelope_ReturnsEachDocument(string newLine)
    {
        var xml = """
            <ESign>
              <SignatureRequestEnvelope>
                <Documents>
                  <Document><CallbackUrl>https://host/<![CDATA[a?x=1&y=2]]></CallbackUrl><PDF>JVBERi0=</PDF></Document>
                  <Document><PDF/></Document>
                  <Document
                    ><Name/><CallbackUrl/><PDF>JVBERi0=</PDF></Document>
                </Documents>
              </SignatureRequestEnvelope>
            </ESign>
            """.ReplaceLineEndings(newLine);

        var documents = await ReadAsync(Encoding.UTF8.GetBytes(xml));

        documents.Select(document => (document.CallbackUrl, document.Line)).Should().Equal(("https://host/a?x=1&y=2", 4), (null, 5), ("", 7));
    }

    [Theory]
    [InlineData("windows-1251.xml", "https://h/Д")]
    [InlineData("windows-1252.xml", "https://h/€")]
    [InlineData("iso-8859-15.xml", "https://h/€")]
    public async Task ReadAll_OtherEncoding_IsDecoded(string name, string url) =>
        (await ReadAsync(Corpus.Read("esign-valid", name))).Should().ContainSingle().Which.CallbackUrl.Should().Be(url);

    [Theory]
    [InlineData("url-nested.xml", 1, 13, "is outside a document")]
    [InlineData("url-case.xml", 2, 8, "'CallbackURL' must be spelled 'CallbackUrl'")]
    [InlineData("url-prefix.xml", 1, 19, "'x:CallbackUrl' must be spelled 'CallbackUrl'")]
    [InlineData("url-behind-envelope.xml", 1, 147, "is outside a document")]
    [InlineData("two-envelopes.xml", 2, 148, "second 'SignatureRequestEnvelope'")]
    [InlineData("two-urls.xml", 1, 35, "second CallbackUrl")]
    [InlineData("url-after-pdf.xml", 1, 13, "after the PDF")]
    [InlineData("documents-twice.xml", 1, 120, "second 'Documents'")]
    [InlineData("document-case.xml", 1, 44, "'DOCUMENT' must be spelled 'Document'")]
    [InlineData("url-not-utf8.xml", 1, 30, "not UTF-8")]
    public async Task ReadAll_SecondOrMisplacedUrl_IsRefusedWithThePosition(string name, int line, long position, string problem)
    {
        var read = () => ReadAsync(Corpus.Read("esign-malformed", name));

        var error = ESignRefusal.Of((await read.Should().ThrowAsync<FormatException>()).Which);

        error.Problem.Should().Contain(problem);
        (error.Line, error.BytePosition).Should().Be((line, position));
    }

    [Fact]
    public async Task ReadAll_HugeCallbackUrl_IsRefusedBeforeItIsReadCompletely()
    {
        using var xml = new ChunkedStream(Encoding.ASCII.GetBytes($"<ESign><CallbackUrl>{new string('x', 10_000_000)}</CallbackUrl></ESign>"), 4096);

        var read = () => ESignDocument.ReadAllAsync(xml, Token);

        await read.Should().ThrowAsync<FormatException>().WithMessage("*longer than 8192 bytes*");
        xml.Position.Should().BeLessThan(200_000);
    }

    [Fact]
    public async Task ReadAll_Canceled_Throws()
    {
        using var xml = new MemoryStream("<ESign/>"u8.ToArray());

        var read = () => ESignDocument.ReadAllAsync(xml, new CancellationToken(true));

        await read.Should().ThrowAsync<OperationCanceledException>();
    }

    private static async Task<IReadOnlyList<ESignDocument>> ReadAsync(byte[] xml)
    {
        using var stream = new MemoryStream(xml);
        return await ESignDocument.ReadAllAsync(stream, Token);
    }
}
