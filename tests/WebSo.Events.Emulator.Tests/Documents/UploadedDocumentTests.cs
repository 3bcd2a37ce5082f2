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
    public async Task UploadAsync_Envelope_CallsEachDocumentsOwnUrl()
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

    [Fact]
    public async Task UploadAsync_CallbackUrlNotAbsolute_CreatesNothing()
    {
        await using var emulator = CreateSerial();
        var xml = "<ESign><CallbackUrl>demoServlet</CallbackUrl></ESign>"u8.ToArray();

        var upload = () => emulator.UploadAsync(new MemoryStream(xml), cancellationToken: Token);

        await upload.Should().ThrowAsync<ArgumentException>().WithMessage("*'demoServlet'*");
        emulator.Documents.Should().BeEmpty();
    }

    [Fact]
    public async Task UploadAsync_200Mb_NeedsNoMemoryOfThatSize()
    {
        await using var emulator = CreateSerial();
        await using var xml = new HugeUpload("<ESign><PDF>", 200_000_000, "</PDF></ESign>");

        var allocated = await HugeUpload.AllocatedAsync(() => emulator.UploadAsync(xml, cancellationToken: Token));

        xml.Position.Should().Be(xml.Length);
        allocated.Should().BeLessThan(10_000_000);
    }

    private WebSoEmulator CreateSerial() => new(_receiver.Url, new() { Delivery = WebSoDeliveryOrder.SerialPerDocument });
}
