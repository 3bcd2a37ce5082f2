using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class ESignMemoryTests(ITestOutputHelper output)
{
    private static readonly Uri s_url = new("https://h/p");

    [Fact]
    public void SetCallbackUrls_PdfOf200Megabytes_AllocatesLittle()
    {
        using var upload = new LargeUpload(200L * 1024 * 1024);
        using var written = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ESignDocument.SetCallbackUrls(upload, written, _ => s_url);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{upload.Length} bytes: {allocated} bytes allocated");
        written.Length.Should().Be(upload.Length + "<CallbackUrl>https://h/p</CallbackUrl>".Length);
        allocated.Should().BeLessThan(300 * 1024);
    }

    // The bytes before a PDF are buffered until it is known whether a CallbackUrl follows. The buffer is reused for each document.
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public async Task SetCallbackUrls_ManyBytesBeforeThePdf_AllocatesThemOnce(int documents, bool hasUrl)
    {
        const int Held = 8 * 1024 * 1024 - 100;
        var text = $"<Document><Name>{new string('x', Held)}</Name>{(hasUrl ? "<CallbackUrl>http://old</CallbackUrl>" : "")}<PDF>A</PDF></Document>";
        var envelope = $"<ESign><SignatureRequestEnvelope><Documents>{string.Concat(Enumerable.Repeat(text, documents))}</Documents></SignatureRequestEnvelope></ESign>";
        using var upload = new MemoryStream(Encoding.ASCII.GetBytes(envelope));
        using var written = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ESignDocument.SetCallbackUrls(upload, written, _ => s_url);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{upload.Length} bytes: {allocated} bytes allocated");
        allocated.Should().BeInRange(Held, Held + (350 * 1024));
        upload.Position = 0;
        (await ESignDocument.ReadAllAsync(upload, TestContext.Current.CancellationToken)).Should().HaveCount(documents);
    }

    // The URLs of many small documents are larger than the buffer.
    [Fact]
    public void SetCallbackUrls_LongUrlsInSmallDocuments_AreWrittenImmediately()
    {
        var url = new Uri("https://h/" + new string('p', 2000));
        using var upload = new MemoryStream(Envelope(1000, "<PDF>A</PDF>"));
        using var written = new CountingStream();
        var chosen = 0;
        var most = 0L;

        ESignDocument.SetCallbackUrls(upload, written, _ =>
        {
            most = Math.Max(most, (chosen++ * (long)url.OriginalString.Length) - written.Length);
            return url;
        });

        written.Length.Should().BeGreaterThan(1000 * 2000);
        most.Should().BeLessThan(100 * 1024, "bytes that are not written yet are in memory");
    }

    [Fact]
    public void SetCallbackUrls_ManySmallDocuments_AllocatesLittle()
    {
        using var upload = new MemoryStream(Envelope(1000, "<Name>x</Name><PDF>A</PDF>"));
        using var written = new CountingStream();
        var before = GC.GetAllocatedBytesForCurrentThread();

        ESignDocument.SetCallbackUrls(upload, written, _ => null);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{upload.Length} bytes: {allocated} bytes allocated");
        allocated.Should().BeLessThan(350 * 1024);
    }

    [Fact]
    public async Task ReadAllAndSet_MoreThan1000Documents_AreRefusedWithThePosition()
    {
        using var allowed = new MemoryStream(Envelope(1000, "<PDF/>"));
        using var tooMany = new MemoryStream(Envelope(1_000_000, "<PDF/>"));
        using var written = new CountingStream();
        var chosen = 0;

        var read = () => ESignDocument.ReadAllAsync(tooMany, TestContext.Current.CancellationToken);
        var set = () => ESignDocument.SetCallbackUrls(tooMany, written, _ =>
        {
            chosen++;
            return s_url;
        });

        (await ESignDocument.ReadAllAsync(allowed, TestContext.Current.CancellationToken)).Should().HaveCount(1000);
        var error = ESignRefusal.Of((await read.Should().ThrowAsync<FormatException>()).Which);
        error.Problem.Should().Be("The envelope has more than 1000 documents. Split it into several uploads.");
        error.BytePosition.Should().Be(Envelope(1000, "<PDF/>").Length - "</Documents></SignatureRequestEnvelope></ESign>".Length);
        tooMany.Position.Should().BeLessThan(200_000);
        tooMany.Position = 0;
        ESignRefusal.Of(set.Should().Throw<FormatException>().Which).Should().Be(error);
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
