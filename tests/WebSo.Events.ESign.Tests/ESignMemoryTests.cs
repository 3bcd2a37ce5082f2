using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class ESignMemoryTests(ITestOutputHelper output)
{
    private static readonly Uri s_url = new("https://h/p");

    [Fact]
    public void SetCallbackUrl_PdfOf200Megabytes_AllocatesLittle()
    {
        using var upload = new LargeUpload(200L * 1024 * 1024);
        using var written = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ESignXml.SetCallbackUrl(upload, written, _ => s_url);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{upload.Length} bytes: {allocated} bytes allocated");
        written.Length.Should().Be(upload.Length + "<CallbackUrl>https://h/p</CallbackUrl>".Length);
        allocated.Should().BeLessThan(300 * 1024);
    }

    // What precedes a PDF is held until it is known whether a CallbackUrl comes. It is in memory once, however often that happens.
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public async Task SetCallbackUrl_MuchBeforeThePdf_AllocatesThatOnce(int documents, bool hasUrl)
    {
        const int Held = 8 * 1024 * 1024 - 100;
        var text = $"<Document><Name>{new string('x', Held)}</Name>{(hasUrl ? "<CallbackUrl>http://old</CallbackUrl>" : "")}<PDF>A</PDF></Document>";
        var envelope = $"<ESign><SignatureRequestEnvelope><Documents>{string.Concat(Enumerable.Repeat(text, documents))}</Documents></SignatureRequestEnvelope></ESign>";
        using var upload = new MemoryStream(Encoding.ASCII.GetBytes(envelope));
        using var written = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ESignXml.SetCallbackUrl(upload, written, _ => s_url);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{upload.Length} bytes: {allocated} bytes allocated");
        allocated.Should().BeInRange(Held, Held + (350 * 1024));
        upload.Position = 0;
        (await ESignXml.ReadDocumentsAsync(upload, TestContext.Current.CancellationToken)).Should().HaveCount(documents);
    }

    // Many small documents get far more bytes of URLs than a buffer of the upload has.
    [Fact]
    public void SetCallbackUrl_LongUrlsInSmallDocuments_AreNotCollected()
    {
        var url = new Uri("https://h/" + new string('p', 2000));
        using var upload = new MemoryStream(Envelope(1000, "<PDF>A</PDF>"));
        using var written = new CountingStream();
        var chosen = 0;
        var most = 0L;

        ESignXml.SetCallbackUrl(upload, written, _ =>
        {
            most = Math.Max(most, (chosen++ * (long)url.OriginalString.Length) - written.Length);
            return url;
        });

        written.Length.Should().BeGreaterThan(1000 * 2000);
        most.Should().BeLessThan(100 * 1024, "what is not written yet is in memory");
    }

    [Fact]
    public void SetCallbackUrl_ManySmallDocuments_AllocatesLittle()
    {
        using var upload = new MemoryStream(Envelope(1000, "<Name>x</Name><PDF>A</PDF>"));
        using var written = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ESignXml.SetCallbackUrl(upload, written, _ => null);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{upload.Length} bytes: {allocated} bytes allocated");
        allocated.Should().BeLessThan(350 * 1024);
    }

    [Fact]
    public async Task AnyUse_OneDocumentTooMany_IsRefusedWithItsPlace()
    {
        using var allowed = new MemoryStream(Envelope(1000, "<PDF/>"));
        using var tooMany = new MemoryStream(Envelope(1_000_000, "<PDF/>"));
        using var written = new CountingStream();
        var chosen = 0;

        var read = () => ESignXml.ReadDocumentsAsync(tooMany, TestContext.Current.CancellationToken);
        var set = () => ESignXml.SetCallbackUrl(tooMany, written, _ =>
        {
            chosen++;
            return s_url;
        });

        (await ESignXml.ReadDocumentsAsync(allowed, TestContext.Current.CancellationToken)).Should().HaveCount(1000);
        var error = (await read.Should().ThrowAsync<ESignFormatException>()).Which;
        error.Problem.Should().Be("The envelope has more than 1000 documents. Divide it into several uploads.");
        error.BytePosition.Should().Be(Envelope(1000, "<PDF/>").Length - "</Documents></SignatureRequestEnvelope></ESign>".Length);
        tooMany.Position.Should().BeLessThan(200_000);
        tooMany.Position = 0;
        set.Should().Throw<ESignFormatException>().Which.Problem.Should().Be(error.Problem);
        chosen.Should().Be(1000);
    }

    private static byte[] Envelope(int documents, string content)
    {
        var text = new StringBuilder("<ESign><SignatureRequestEnvelope><Documents>");
        for (var i = 0; i < documents; i++)
            text.Append("<Document>").Append(content).Append("</Document>");
        return Encoding.ASCII.GetBytes(text.Append("</Documents></SignatureRequestEnvelope></ESign>").ToString());
    }
}
