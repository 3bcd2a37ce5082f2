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
}
