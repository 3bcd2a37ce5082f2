namespace PostgreSqlLoad;

// Receivers that are measured together, and the turns taken of them. Schema null: they have no inbox.
internal sealed class Group(Database database, string connectionString, string name, Variant variant, string? schema, int instances, int connections) : IDisposable
{
    private readonly List<ReceiverProcess> _receivers =
        [.. Enumerable.Range(0, instances).Select(_ => ReceiverProcess.Start(variant, connectionString, schema ?? ""))];

    public string Name => name;

    public List<Turn> Turns { get; } = [];

    public async Task TakeTurnAsync(TimeSpan time, bool counts)
    {
        var turn = await Turn.TakeAsync(database, _receivers, schema, connections, time, waitUntilHandled: variant == Variant.AcceptAndHandle);
        if (counts)
            Turns.Add(turn);
    }

    public void Dispose() => _receivers.ForEach(receiver => receiver.Dispose());
}
