using System.Globalization;
using System.Runtime.CompilerServices;

namespace WebSo.Events.Tool.Simulating;

// Takes documents through upload, rendering, and signing or rejecting until no field is open.
internal sealed class Simulation(WebSoEmulator emulator, SimulationOptions options)
{
    private readonly Pacer _pacer = new(options.Rate);

    public async Task RunAsync(Action finished, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            CreateDocumentsAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken },
            async (document, token) =>
            {
                await ProcessAsync(document, token);
                finished();
            });
        await emulator.WaitForDeliveriesAsync(cancellationToken);
    }

    // Creates documents one after another, so that the same seed gives the same IDs.
    private async IAsyncEnumerable<WebSoEmulatedDocument> CreateDocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var created = 0; created < options.Documents;)
        {
            if (options.ESign is null)
            {
                created++;
                yield return emulator.CreateDocument(options.Signers, options.Fields);
                continue;
            }

            await using var xml = options.ESign.OpenRead();
            foreach (var document in await emulator.UploadAsync(xml, options.Signers, options.Fields, cancellationToken))
            {
                if (created++ < options.Documents)
                    yield return document;
            }
        }
    }

    private async Task ProcessAsync(WebSoEmulatedDocument document, CancellationToken cancellationToken)
    {
        var random = new SeededRandom(SeedOf(document.Id));
        var deliveries = new List<Task<IReadOnlyList<WebSoSendResult>>>();
        await _pacer.WaitAsync(1, cancellationToken);
        deliveries.Add(emulator.RenderAsync(document.Id, cancellationToken: cancellationToken));
        foreach (var field in document.Fields)
        {
            await _pacer.WaitAsync(2, cancellationToken);
            deliveries.Add(random.NextInt32(10) == 0
                ? emulator.RejectFieldAsync(document.Id, field.Id, cancellationToken)
                : emulator.SignFieldAsync(document.Id, field.Id, cancellationToken));
        }

        emulator.RemoveDocument(document.Id);
        await Task.WhenAll(deliveries);
    }

    private ulong SeedOf(string documentId) => ((ulong)unchecked((uint)options.Seed) << 32) | uint.Parse(documentId, CultureInfo.InvariantCulture);
}
