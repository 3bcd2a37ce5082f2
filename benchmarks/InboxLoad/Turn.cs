namespace InboxLoad;

// A receiver under load for a while, and what each call cost it.
internal sealed record Turn(double PerSecond, double Processor, double Allocated, double Median, double Last, double PerCommit)
{
    public static async Task<Turn> TakeAsync(ReceiverProcess receiver, int connections, TimeSpan time)
    {
        var before = receiver.ReadUsage();
        var load = await LoadClient.RunAsync(receiver.Url, connections, time);
        var used = receiver.ReadUsage() - before;
        return new Turn(
            load.PerSecond,
            (double)used.ProcessorMicroseconds / load.Calls,
            (double)used.AllocatedBytes / load.Calls,
            load.Microseconds(0.5),
            load.Microseconds(0.99),
            used.Commits == 0 ? double.NaN : (double)load.Calls / used.Commits);
    }

    public static Turn MedianOf(IReadOnlyCollection<Turn> turns) => new(
        MiddleOf(turns, turn => turn.PerSecond),
        MiddleOf(turns, turn => turn.Processor),
        MiddleOf(turns, turn => turn.Allocated),
        MiddleOf(turns, turn => turn.Median),
        MiddleOf(turns, turn => turn.Last),
        MiddleOf(turns, turn => turn.PerCommit));

    // Of the ratios of turns that were taken side by side.
    public static Turn MedianRatio(IReadOnlyList<Turn> turns, IReadOnlyList<Turn> others) => MedianOf(
        [.. turns.Zip(others, (turn, other) => new Turn(
            turn.PerSecond / other.PerSecond,
            turn.Processor / other.Processor,
            turn.Allocated / other.Allocated,
            turn.Median / other.Median,
            turn.Last / other.Last,
            turn.PerCommit / other.PerCommit))]);

    private static double MiddleOf(IEnumerable<Turn> turns, Func<Turn, double> of)
    {
        var values = turns.Select(of).Order().ToArray();
        return values[values.Length / 2];
    }
}
