namespace InboxBenchmark;

// Each contender runs in a separate process. They take turns, so that other load affects all of them.
internal sealed class Benchmark(string folder, Database? database, Store store)
{
    private static int s_number;

    public Contender Start(string name, string program, Store? other = null)
    {
        var own = other ?? store;
        var number = ++s_number;
        var file = Path.Combine(folder, $"{number}.db");
        var connection = own == Store.PostgreSql ? database!.Create($"inbox{number}") : file;
        return new Contender(
            name,
            ReceiverProcess.Start(program, own, connection),
            own == Store.PostgreSql ? database : null,
            () => own == Store.PostgreSql ? database!.ReadBytes($"inbox{number}") : Directory.GetFiles(folder, $"{number}.db*").Sum(path => new FileInfo(path).Length));
    }

    public static async Task RunAsync(IReadOnlyList<Contender> contenders, IEnumerable<Workload> workloads, int rounds)
    {
        foreach (var workload in workloads)
        {
            foreach (var contender in contenders)
                contender.Turns.Clear();
            for (var round = 0; round < rounds; round++)
            {
                foreach (var contender in round % 2 == 0 ? contenders : contenders.Reverse())
                    await contender.TakeTurnAsync(workload);
            }

            Print(workload, contenders);
        }

        foreach (var contender in contenders)
            Console.WriteLine($"{contender.Name}: {contender.BytesPerEvent:F0} bytes on disk per event");
    }

    private static void Print(Workload workload, IReadOnlyList<Contender> contenders)
    {
        var first = contenders[0].Turns;
        Console.WriteLine();
        Console.WriteLine($"| {workload.Name} | handled/s | CPU µs/event | of it database | bytes/event | median µs | p99 µs | handled/s : first | CPU : first | median : first |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var contender in contenders)
        {
            var turns = contender.Turns;
            Console.WriteLine(
                $"| {contender.Name} | {Turn.Median(turns, turn => turn.HandledPerSecond):F0} | {Turn.Median(turns, Processor):F1} "
                + $"| {Turn.Median(turns, turn => turn.Database):F1} | {Turn.Median(turns, turn => turn.Allocated):F0} "
                + $"| {Turn.Median(turns, turn => turn.Answered):F0} | {Turn.Median(turns, turn => turn.AnsweredSlowly):F0} "
                + $"| {Turn.MedianRatio(turns, first, turn => turn.HandledPerSecond):F2} | {Turn.MedianRatio(turns, first, Processor):F2} "
                + $"| {Turn.MedianRatio(turns, first, turn => turn.Answered):F2} |");
        }
    }

    private static double Processor(Turn turn) => turn.Processor + turn.Database;
}
