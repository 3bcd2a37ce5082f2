using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class UploadedDocumentTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _deadline = new(Deadline.Time);
    private ScriptedReceiver _receiver = null!;

    private CancellationToken Token => _deadline.Token;

    public async ValueTask InitializeAsync() => _receiver = await ScriptedReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task UploadAsync_Envelope_CallsUrlOfEachDocument()
    {
        await using var emulator = CreateSerial();
        var xml = $"""
            <ESign><SignatureRequestEnvelope><Documents>
              <Document><CallbackUrl>{_receiver.Url}/a</CallbackUrl><PDF>JVBERi0=</PDF></Document>
              <Document><PDF>JVBERi0=</PDF></Document>
              <Document><CallbackUrl/><PDF>JVBERi0=</PDF></Document>
            </Documents></SignatureRequestEnvelope></ESign>
            """;

        var documents = await emulator.UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes(xml)), signers: 2, fieldsPerSigner: 3, Token);
        _receiver.TakeAll().Should().BeEmpty();
        foreach (var document in documents)
            await emulator.RenderAsync(document.Id, cancellationToken: Token);

        documents.Should().OnlyContain(document => document.UserIds.Count == 2 && document.Fields.Count == 6);
        _receiver.TakeAll().Select(call => call.Path).Should().Equal("/events/a", "/events", "/events");
    }

    [Theory]
    [InlineData("demoServlet?key=s3cret", "demoServlet?***")]
    [InlineData("https://host/servlet (example URL)", "https://host/servlet (example URL)")]
    [InlineData("https://foo:s3cret@host/servlet ?key=s3cret", "https://host/servlet ?***")]
    public async Task UploadAsync_InvalidCallbackUrl_CreatesNothing(string url, string shown)
    {
        await using var emulator = CreateSerial();
        var xml = Encoding.UTF8.GetBytes($"<ESign><CallbackUrl>{url}</CallbackUrl></ESign>");

        var upload = () => emulator.UploadAsync(new MemoryStream(xml), cancellationToken: Token);

        (await upload.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().Contain($"'{shown}'").And.NotContain("s3cret");
        emulator.Documents.Should().BeEmpty();
    }

    [Theory]
    [InlineData("<ESign><CallbackUrl>https://a/</CallbackUrl>\n<CallbackURL>https://b/</CallbackURL></ESign>", 2)]
    [InlineData("<ESign><SignatureRequestEnvelope><Documents/></SignatureRequestEnvelope></ESign>", 1)]
    [InlineData("<html/>", 1)]
    public async Task UploadAsync_InvalidUpload_ThrowsAndCreatesNothing(string xml, int line)
    {
        await using var emulator = CreateSerial();

        var upload = () => emulator.UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes(xml)), cancellationToken: Token);

        (await upload.Should().ThrowAsync<FormatException>()).Which.Message.Should().Contain($"(line {line}, byte ");
        emulator.Documents.Should().BeEmpty();
    }

    [Fact]
    public async Task UploadAsync_200Megabytes_AllocatesLittle()
    {
        await using var emulator = CreateSerial();
        await using var xml = new HugeUpload("<ESign><PDF>", 200_000_000, "</PDF></ESign>");

        var allocated = await HugeUpload.AllocatedAsync(() => emulator.UploadAsync(xml, cancellationToken: Token));

        xml.Position.Should().Be(xml.Length);
        allocated.Should().BeLessThan(10_000_000);
    }

    private WebSoEmulator CreateSerial() => new(_receiver.Url, new() { OverlapCalls = false });
}
