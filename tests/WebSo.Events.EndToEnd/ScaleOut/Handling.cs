using System.Diagnostics;

namespace WebSo.Events.EndToEnd.ScaleOut;

// One attempt at one event by one run of an instance. Times are ticks of Stopwatch.
internal sealed class Handling(IReadOnlyCollection<LogEntry> entries, int number, Disturbances disturbances, IEnumerable<(long Begin, long End)> stalls)
{
    private static readonly long s_term = (long)(Receiver.LeaseDuration.TotalSeconds * Stopwatch.Frequency);

    private readonly LogEntry _first = entries.First();

    public Guid DeliveryId => _first.DeliveryId;

    public string Document => _first.Document;

    public string Body => _first.Body;

    public int Attempt => _first.Attempt;

    // The position of the event among the events of its document.
    public int Number => number;

    public long Begun => _first.Tick;

    public bool HasEnded => entries.Any(entry => entry.Kind == LogKind.End);

    // When the attempt ended. A killed process ends its attempts.
    public long Closed { get; } = entries.LastOrDefault(entry => entry.Kind is LogKind.Cut or LogKind.End)?.Tick ?? disturbances.KilledAt(entries.First().Run) ?? long.MaxValue;

    // Whether the process was stopped or stalled for so long that it could lose the lease, during the attempt or shortly before, while the
    // event waited in memory.
    public bool MayBeOvertaken
    {
        get
        {
            var begin = Begun - s_term;
            return disturbances.WasStopped(_first.Run, begin, Closed) || stalls.Any(stall => stall.Begin <= Closed && stall.End >= begin);
        }
    }

    public bool IsOlderThan(Handling other) => (Number, Attempt).CompareTo((other.Number, other.Attempt)) < 0;

    public bool Overlaps(Handling other) => Begun < other.Closed && other.Begun < Closed;

    public override string ToString() => $"document {Document} event {Number} attempt {Attempt} run {_first.Run}: begun {Begun}, closed {Closed}, ended {HasEnded}";
}
