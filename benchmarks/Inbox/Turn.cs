using System.Diagnostics;

namespace InboxBenchmark;

// One workload on one receiver. Processor is the time of the receiver and Database that of PostgreSQL, both per event until all are handled.
internal sealed record Turn(double HandledPerSecond, double Processor, double Database, double Allocated, double Answered, double AnsweredSlowly)
{
    // Marks of the last events can be committed shortly after their handlers have run.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(50);

    public static async Task<Turn> TakeAsync(ReceiverProcess receiver, Database? database, Workload workload)
    {
        var handledBefore = receiver.ReadUsage().Handled;
        long[] times = [];
        if (workload.IsDrain)
        {
            receiver.Ask("close");
            times = await LoadClient.RunAsync(receiver.Url, workload);
        }

        var (before, databaseBefore) = (receiver.ReadUsage(), database?.ReadProcessorMicroseconds() ?? 0);
        var begin = Stopwatch.GetTimestamp();
        if (workload.IsDrain)
            receiver.Ask("open");
        else
            times = await LoadClient.RunAsync(receiver.Url, workload);
        receiver.Ask($"handled {handledBefore + times.Length}");
        var elapsed = Stopwatch.GetElapsedTime(begin);
        await Task.Delay(s_settle);
        var (after, databaseAfter) = (receiver.ReadUsage(), database?.ReadProcessorMicroseconds() ?? 0);
        return new Turn(
            times.Length / elapsed.TotalSeconds,
            (after.ProcessorMicroseconds - before.ProcessorMicroseconds) / times.Length,
            (databaseAfter - databaseBefore) / times.Length,
            (double)(after.AllocatedBytes - before.AllocatedBytes) / times.Length,
            Microseconds(times, 0.5),
            Microseconds(times, 0.99));
    }

    public static double Median(IEnumerable<Turn> turns, Func<Turn, double> of) => Middle(turns.Select(of));

    // The median of the ratios of consecutive turns.
    public static double MedianRatio(IEnumerable<Turn> turns, IEnumerable<Turn> others, Func<Turn, double> of) =>
        Middle(turns.Zip(others, (turn, other) => of(turn) / of(other)));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static double Microseconds(long[] times, double part) =>
        Stopwatch.GetElapsedTime(0, times[(int)((times.Length - 1) * part)]).TotalMicroseconds;
}
