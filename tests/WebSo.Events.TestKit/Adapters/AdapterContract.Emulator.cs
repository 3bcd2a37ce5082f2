using System.Collections.Concurrent;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

// Complete documents, sent by the emulator.
public abstract partial class AdapterContract
{
    [Theory]
    [InlineData(WebSoFaults.None)]
    [InlineData(WebSoFaults.LostAnswer | WebSoFaults.DuplicateDelivery | WebSoFaults.SilentSecondPost)]
    [InlineData(WebSoFaults.TornRequest | WebSoFaults.SlowRequest)]
    [InlineData(WebSoFaults.UnquotedName | WebSoFaults.ShuffledProperties | WebSoFaults.NumbersForStrings | WebSoFaults.ExtraProperty)]
    [InlineData(WebSoFaults.All)]
    public async Task Emulator_DocumentsWithFaults_ReachHandlers(WebSoFaults faults)
    {
        var heard = new ConcurrentBag<WebSoEvent>();
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("all", (e, _, _) =>
        {
            heard.Add(e);
            return default;
        }));
        var configuration = WebSoServerConfiguration.Parse($"webso_events_url={host.Url}\nwebso_events_retry=1");
        await using var server = new WebSoEmulator(
            configuration,
            new() { Faults = faults, FaultRate = 0.5, Seed = 7, SlowRequestDuration = TimeSpan.FromMilliseconds(20) });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => LiveAsync(server)));
        await server.WaitForDeliveriesAsync(Canceled);

        var documents = server.Documents.Select(document => document.Id).ToList();
        var finished = heard.OfType<StatusChangeEvent>().Where(e => e.To == SignatureRequestStatus.Finished).Select(e => e.DocumentId);
        finished.Distinct().Should().BeEquivalentTo(documents);
        heard.OfType<RenderReturnEvent>().Select(e => e.DocumentId).Distinct().Should().BeEquivalentTo(documents);
        heard.OfType<FieldSignedOrRejectedEvent>().Select(e => (e.DocumentId, e.FieldId)).Distinct().Should().HaveCount(40);
        heard.OfType<UserFinishEvent>().Select(e => (e.DocumentId, e.UserId)).Distinct().Should().HaveCount(20);
        if (faults == WebSoFaults.None)
            heard.Should().HaveCount(server.Attempts.Count, "each call is one event");
    }

    private static async Task LiveAsync(WebSoEmulator server)
    {
        var document = server.CreateDocument(signers: 2, fieldsPerSigner: 2);
        await server.RenderAsync(document.Id, cancellationToken: Canceled);
        foreach (var field in document.Fields)
            await server.SignFieldAsync(document.Id, field.Id, Canceled);
    }
}
