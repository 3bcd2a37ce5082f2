namespace InboxBenchmark;

// A receiver that takes part, and its turns.
internal sealed class Contender(string name, ReceiverProcess receiver, Database? database, Func<long> readBytes) : IDisposable
{
    public string Name => name;

    public List<Turn> Turns { get; } = [];

    // On disk, of all events so far.
    public double BytesPerEvent => (double)readBytes() / Math.Max(1, receiver.ReadUsage().Handled);

    public async Task TakeTurnAsync(Workload workload) => Turns.Add(await Turn.TakeAsync(receiver, database, workload));

    // Until the runtime has compiled what is hot once more, which it does after so many calls.
    public Task WarmUpAsync() => Turn.TakeAsync(receiver, database, new Workload("warm-up", 64) { Time = TimeSpan.FromSeconds(6) });

    public Task FillAsync(int events) => Turn.TakeAsync(receiver, database, new Workload("fill", 64) { Calls = events });

    public void Dispose() => receiver.Dispose();
}
