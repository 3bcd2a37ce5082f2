namespace InboxBenchmark;

// A measured receiver and its turns.
internal sealed class Contender(string name, ReceiverProcess receiver, Database? database, Func<long> readBytes) : IDisposable
{
    public string Name => name;

    public List<Turn> Turns { get; } = [];

    // The size of all events on disk.
    public double BytesPerEvent => (double)readBytes() / Math.Max(1, receiver.ReadUsage().Handled);

    public async Task TakeTurnAsync(Workload workload) => Turns.Add(await Turn.TakeAsync(receiver, database, workload));

    // Enough calls for the runtime to optimize the hot methods.
    public Task WarmUpAsync() => Turn.TakeAsync(receiver, database, new Workload("warm-up", 64) { Time = TimeSpan.FromSeconds(6) });

    public Task FillAsync(int events) => Turn.TakeAsync(receiver, database, new Workload("fill", 64) { Calls = events });

    public void Dispose() => receiver.Dispose();
}
