using System.Diagnostics;

namespace InboxLoad;

// All variants, each in a process of its own, in turns: what else the machine does hits all.
internal static class LoadRun
{
    public static readonly int[] Connections = [1, 16, 64];

    private static readonly TimeSpan s_time = TimeSpan.FromMilliseconds(700);

    public static async Task RunAsync(string folder, int rounds, int[] connectionCounts, Variant[] variants)
    {
        var receivers = variants.ToDictionary(variant => variant, variant => ReceiverProcess.Start(variant, Path.Combine(folder, variant + ".db")));
        foreach (var receiver in receivers.Values)
            await WarmUpAsync(receiver);

        foreach (var connections in connectionCounts)
        {
            var turns = variants.ToDictionary(variant => variant, _ => new List<Turn>());
            for (var round = 0; round < rounds; round++)
            {
                // Turns in turn: a later one may find the machine in another state.
                foreach (var variant in round % 2 == 0 ? variants : [.. variants.Reverse()])
                    turns[variant].Add(await Turn.TakeAsync(receivers[variant], connections, s_time));
            }

            Print(connections, turns);
        }

        foreach (var receiver in receivers.Values)
            receiver.Dispose();
    }

    // Until the runtime has compiled what is hot once more, which it does after so many calls.
    private static async Task WarmUpAsync(ReceiverProcess receiver)
    {
        var watch = Stopwatch.StartNew();
        for (var calls = 0; calls < 50_000 && watch.Elapsed < TimeSpan.FromSeconds(12);)
            calls += (await LoadClient.RunAsync(receiver.Url, 64, TimeSpan.FromSeconds(1))).Calls;
    }

    private static void Print(int connections, Dictionary<Variant, List<Turn>> turns)
    {
        Console.WriteLine();
        Console.WriteLine($"| {connections} connections | calls/s | CPU µs/call | bytes/call | median µs | p99 µs | calls/commit | calls/s : bare | CPU : bare |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (variant, taken) in turns)
        {
            var (turn, ratio) = (Turn.MedianOf(taken), Turn.MedianRatio(taken, turns[Variant.Bare]));
            Console.WriteLine(
                $"| {variant} | {turn.PerSecond:F0} | {turn.Processor:F1} | {turn.Allocated:F0} | {turn.Median:F0} | {turn.Last:F0} | {turn.PerCommit:F1} "
                + $"| {ratio.PerSecond:F3} | {ratio.Processor:F2} |");
        }
    }
}
