using System.Diagnostics;

namespace PostgreSqlLoad;

// Receivers under load for a while, and what each call cost. Processor: of the receivers; Database: of PostgreSQL.
internal sealed record Turn(double PerSecond, double Processor, double Database, double Median, double Last, double PerCommit)
{
    public static async Task<Turn> TakeAsync(
        Database database, IReadOnlyList<ReceiverProcess> receivers, string? schema, int connections, TimeSpan time, bool waitUntilHandled)
    {
        var commits = schema is null ? 0 : await database.CountCommitsAsync(schema);
        var (processor, ofDatabase) = (receivers.Sum(receiver => receiver.ReadProcessorMicroseconds()), await database.ReadProcessorMicrosecondsAsync());
        var begin = Stopwatch.GetTimestamp();
        var loads = await Task.WhenAll(receivers.Select(receiver => LoadClient.RunAsync(receiver.Url, connections / receivers.Count, time)));
        var load = new Load(loads.Max(load => load.Elapsed), [.. loads.SelectMany(load => load.Times).Order()]);
        while (waitUntilHandled && await database.HasPendingAsync(schema!))
            await Task.Delay(10);
        var elapsed = Stopwatch.GetElapsedTime(begin);
        return new Turn(
            load.Calls / elapsed.TotalSeconds,
            (receivers.Sum(receiver => receiver.ReadProcessorMicroseconds()) - processor) / load.Calls,
            (await database.ReadProcessorMicrosecondsAsync() - ofDatabase) / load.Calls,
            load.Microseconds(0.5),
            load.Microseconds(0.99),
            schema is null ? double.NaN : (double)load.Calls / (await database.CountCommitsAsync(schema) - commits));
    }

    public static Turn MedianOf(IReadOnlyCollection<Turn> turns) => new(
        MiddleOf(turns, turn => turn.PerSecond),
        MiddleOf(turns, turn => turn.Processor),
        MiddleOf(turns, turn => turn.Database),
        MiddleOf(turns, turn => turn.Median),
        MiddleOf(turns, turn => turn.Last),
        MiddleOf(turns, turn => turn.PerCommit));

    // Of the ratios of turns that were taken side by side.
    public static double MedianRatio(IEnumerable<Turn> turns, IEnumerable<Turn> others, Func<Turn, double> of)
    {
        var ratios = turns.Zip(others, (turn, other) => of(turn) / of(other)).Order().ToArray();
        return ratios[ratios.Length / 2];
    }

    private static double MiddleOf(IEnumerable<Turn> turns, Func<Turn, double> of)
    {
        var values = turns.Select(of).Order().ToArray();
        return values[values.Length / 2];
    }
}
