using System.Diagnostics;

namespace PostgreSqlLoad;

// Receivers that are measured together, and the turns taken of them. Schema null: they have no inbox.
internal sealed class Group(Database database, string connectionString, string name, Variant variant, string? schema, int instances, int connections) : IDisposable
{
    private readonly List<ReceiverProcess> _receivers =
        [.. Enumerable.Range(0, instances).Select(_ => ReceiverProcess.Start(variant, connectionString, schema ?? ""))];

    public string Name => name;

    public List<Turn> Turns { get; } = [];

    public async Task TakeTurnAsync(TimeSpan time) =>
        Turns.Add(await Turn.TakeAsync(database, _receivers, schema, connections, time, waitUntilHandled: variant == Variant.AcceptAndHandle));

    // Until the runtime has compiled what is hot once more, which it does after so many calls.
    public async Task WarmUpAsync()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(8))
            await Turn.TakeAsync(database, _receivers, schema, connections, TimeSpan.FromSeconds(1), waitUntilHandled: variant == Variant.AcceptAndHandle);
    }

    public void Dispose() => _receivers.ForEach(receiver => receiver.Dispose());
}
