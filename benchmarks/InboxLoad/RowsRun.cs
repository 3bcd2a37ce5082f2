using System.Diagnostics;

namespace InboxLoad;

// Accepting and handling with so many handled events in the file, and with none, in turns.
internal static class RowsRun
{
    private const int Rounds = 21;
    private const int Connections = 16;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(string folder, int rows)
    {
        var path = Path.Combine(folder, "full.db");
        var watch = Stopwatch.StartNew();
        await FullFile.CreateAsync(path, rows);
        Console.WriteLine($"{rows} rows, {new FileInfo(path).Length >> 20} MiB, filled in {watch.Elapsed.TotalSeconds:F0} s");

        using var full = ReceiverProcess.Start(Variant.AcceptAndHandle, path);
        using var empty = ReceiverProcess.Start(Variant.AcceptAndHandle, Path.Combine(folder, "empty.db"));
        List<Turn> ofFull = [], ofEmpty = [];
        for (var round = -3; round < Rounds; round++)
        {
            // The first rounds are for the runtime, which compiles what is hot once more.
            foreach (var (receiver, turns) in round % 2 == 0 ? [(full, ofFull), (empty, ofEmpty)] : new[] { (empty, ofEmpty), (full, ofFull) })
            {
                var turn = await Turn.TakeAsync(receiver, Connections, s_time);
                if (round >= 0)
                    turns.Add(turn);
            }
        }

        Console.WriteLine("| accept and handle, 16 connections | calls/s | CPU µs/event | median µs |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        Print("an empty file", Turn.MedianOf(ofEmpty), "F0");
        Print($"{rows} rows", Turn.MedianOf(ofFull), "F0");
        Print("ratio", Turn.MedianRatio(ofFull, ofEmpty), "F2");
    }

    private static void Print(string name, Turn turn, string format) => Console.WriteLine(
        $"| {name} | {turn.PerSecond.ToString(format)} | {turn.Processor.ToString(format)} | {turn.Median.ToString(format)} |");
}
