using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace WebSo.Events.EndToEnd.ScaleOut;

// Simulates the server with many documents, and records which calls were answered. The calls of a document are sequential.
internal sealed class Load : IAsyncDisposable
{
    private const int Lanes = 8;

    // The pause between calls keeps the machine busy but not overloaded.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, List<string>> _answered = new(StringComparer.Ordinal);
    private readonly WebSoEmulator _emulator;

    public Load(HttpMessageHandler handler, int seed)
    {
        var options = new WebSoEmulatorOptions
        {
            OverlapCalls = false,
            Handler = handler,
            AttemptTimeout = TimeSpan.FromSeconds(1),
            LogCapacity = 0,
            Faults = WebSoFaults.DuplicateDelivery | WebSoFaults.LostAnswer,
            Seed = seed,
            OnAttempt = Record,
        };
        _emulator = new WebSoEmulator(WebSoServerConfiguration.Parse("webso_events_url=http://cluster/webso/events\nwebso_events_retry=30"), options);
    }

    // The number of duplicates that the emulator sent: attempts after the first for an event.
    public int Duplicates { get; private set; }

    public int Count => _answered.Values.Sum(bodies => bodies.Count);

    // The bodies of each document that were answered with 200, in the order of their calls.
    public IReadOnlyDictionary<string, List<string>> Answered => _answered;

    public Task RunAsync(Task until) => Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => RunLaneAsync(until)));

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    private async Task RunLaneAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            var document = _emulator.CreateDocument(signers: 2, fieldsPerSigner: 3);
            await _emulator.RenderAsync(document.Id);
            foreach (var field in document.Fields)
            {
                await Task.Delay(s_pause);
                await _emulator.SignFieldAsync(document.Id, field.Id);
            }

            _emulator.RemoveDocument(document.Id);
        }
    }

    private void Record(WebSoDeliveryAttempt attempt)
    {
        lock (_emulator)
        {
            if (attempt.Number > 1)
                Duplicates++;
            var bodies = _answered.GetOrAdd(attempt.DocumentId, _ => []);
            var body = Encoding.UTF8.GetString(attempt.Body.Span);
            if (attempt.StatusCode == (int)HttpStatusCode.OK && !bodies.Contains(body))
                bodies.Add(body);
        }
    }
}
