using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class WebSoESignUploadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_SingleDocument_GivesItsCallbackUrl()
    {
        var documents = await ReadAsync("<ESign>\n  <CallbackUrl> https://host:8445/demoServlet\n</CallbackUrl>\n  <PDF>JVBERi0=</PDF>\n</ESign>");

        documents.Should().Equal(new WebSoESignDocument("https://host:8445/demoServlet", 2));
    }

    [Fact]
    public async Task ReadAsync_Envelope_GivesADocumentEach()
    {
        var documents = await ReadAsync(
            """
            <ESign>
              <SignatureRequestEnvelope>
                <Documents>
                  <Document><CallbackUrl>https://host/<![CDATA[a?x=1&y=2]]></CallbackUrl><PDF>JVBERi0=</PDF></Document>
                  <Document><PDF/></Document>
                  <Document><CallbackUrl/><PDF>JVBERi0=</PDF></Document>
                  <Document><PDF>JVBERi0=</PDF><CallbackUrl>https://host/d?x=1&amp;y=2</CallbackUrl></Document>
                </Documents>
              </SignatureRequestEnvelope>
            </ESign>
            """);

        documents.Should().Equal(
            new WebSoESignDocument("https://host/a?x=1&y=2", 4),
            new WebSoESignDocument(null, 5),
            new WebSoESignDocument(null, 6),
            new WebSoESignDocument("https://host/d?x=1&y=2", 7));
    }

    [Fact]
    public async Task ReadAsync_StrayBracketOfTheVendor_IsKept()
    {
        var documents = await ReadAsync("<ESign><CallbackUrl>https://host:8445/demoServlet></CallbackUrl><PDF/></ESign>");

        documents.Should().ContainSingle().Which.CallbackUrl.Should().Be("https://host:8445/demoServlet>");
    }

    [Theory]
    [InlineData("<!DOCTYPE ESign [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ESign><CallbackUrl>&x;</CallbackUrl></ESign>", "*has a DTD, which is refused*")]
    [InlineData("<!DOCTYPE ESign><ESign/>", "*has a DTD, which is refused*")]
    [InlineData("<ESign>\n<CallbackUrl>https://host/</ESign>", "*malformed at line 2,*")]
    [InlineData("<ESign><PDF>abc", "*malformed at line 1,*")]
    [InlineData("", "*malformed*")]
    [InlineData("<html/>", "*'html'*'ESign'*")]
    [InlineData("<ESign><SignatureRequestEnvelope><Documents/></SignatureRequestEnvelope></ESign>", "*envelope without a document*")]
    [InlineData("<ESign><CallbackUrl>https://a/</CallbackUrl>\n<CallbackUrl>https://b/</CallbackUrl></ESign>", "*second CallbackUrl at line 2*line 1*")]
    [InlineData("<ESign><CallbackUrl>https://a/<b/></CallbackUrl></ESign>", "*holds an element*")]
    public async Task ReadAsync_WhatIsNoUpload_IsRefused(string xml, string message)
    {
        var read = () => ReadAsync(xml);

        await read.Should().ThrowAsync<InvalidDataException>().WithMessage(message);
    }

    [Fact]
    public async Task ReadAsync_HugeCallbackUrl_IsRefusedBeforeItIsInMemory()
    {
        await using var xml = new HugeUpload("<ESign><CallbackUrl>https://host/", 200_000_000, "</CallbackUrl></ESign>");

        var read = () => WebSoESignUpload.ReadAsync(xml, Token);

        await read.Should().ThrowAsync<InvalidDataException>().WithMessage("*8192*");
        xml.Position.Should().BeLessThan(1_000_000);
    }

    [Fact]
    public async Task ReadAsync_PdfOf200Mb_NeedsNoMemoryOfThatSize()
    {
        await using var xml = new HugeUpload("<ESign><PDF>", 200_000_000, "</PDF><CallbackUrl>https://host/x</CallbackUrl></ESign>");
        await ReadAsync("<ESign><PDF>abc</PDF></ESign>");
        IReadOnlyList<WebSoESignDocument> documents = [];

        var allocated = await HugeUpload.AllocatedAsync(async () => documents = await WebSoESignUpload.ReadAsync(xml, Token));

        documents.Should().ContainSingle().Which.CallbackUrl.Should().Be("https://host/x");
        xml.Position.Should().Be(xml.Length);
        allocated.Should().BeLessThan(10_000_000);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        await using var xml = new HugeUpload("<ESign>" + string.Concat(Enumerable.Repeat("<a/>", 10_000)), 10, "</ESign>");
        await cancelled.CancelAsync();

        var read = () => WebSoESignUpload.ReadAsync(xml, cancelled.Token);

        await read.Should().ThrowAsync<OperationCanceledException>();
    }

    private static async Task<IReadOnlyList<WebSoESignDocument>> ReadAsync(string xml) =>
        await WebSoESignUpload.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(xml)), Token);
}
